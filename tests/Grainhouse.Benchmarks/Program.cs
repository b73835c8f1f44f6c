using System.CommandLine;
using Grainhouse.Benchmarks;
using Grainhouse.Benchmarks.Cluster;
using Grainhouse.Benchmarks.Scenarios;
using Grainhouse.Benchmarks.Scenarios.Nuisances;

var runs = new Option<int>("--runs") { Description = "How often to repeat each measurement.", DefaultValueFactory = _ => 3 };
var executable = new Option<string?>("--executable") { Description = "The grainhouse to measure, as dotnet publish made it; else the one that was built here." };
var apiServer = new Option<string?>("--kube-apiserver") { Description = "A kube-apiserver to measure beside it: tests/peers/kubernetes/build.sh builds one." };
var etcd = new Option<string>("--etcd") { Description = "The etcd below it: tests/peers/etcd/fetch.sh fetches one.", DefaultValueFactory = _ => "etcd" };
var root = new RootCommand("Measures Grainhouse beside its peers on this machine. Every figure is printed as a row of a Markdown table.");
root.Add(Scenario("cold-start", "Process start to /readyz, and what the idle process uses.", ColdStart.RunAsync));
root.Add(Comparison("creates", "ConfigMap creates and gets through HTTPS, 32 in flight and one at a time, and lists of 5,000.", Creates.MeasureAsync));
root.Add(Comparison("watches", "Watch events to 1, 100 and 1,000 watchers, and the memory of 10,000 idle watches.", Watches.MeasureAsync));
root.Add(Comparison("crowd", "Writes of 64 clients with 50,000 pods stored.", Crowd.MeasureAsync));
root.Add(Scenario("beside", "A polite client beside a greedy one, slow readers, half-open connections and 10,000 idle watches.", Beside.RunAsync));
root.Add(NuisanceCommand());
root.Add(Scenario("commits", "Durable commits of the store at 1, 64 and 512 writers, against one SQLite transaction a write.", Commits.RunAsync));
root.Add(Scenario("commits-postgres", "The same on a private PostgreSQL server, against one PostgreSQL transaction a write.", Commits.RunOnPostgresAsync));
root.Add(Scenario("pods", "Containers: 1, 10 and 30 pods to Ready and to gone, against docker run.", Pods.RunAsync));
root.Add(Scenario("processes", "The same with plain processes.", Pods.RunProcessesAsync));
root.Add(Scenario("scale", "5,000 replicas on 1,000 simulated nodes.", Scale.RunAsync));
root.Add(Scenario("grain-state", "Durable state writes of 64 and 512 grains, against Orleans' own AdoNet storage on the same PostgreSQL.", GrainState.RunAsync));
root.Add(Scenario("directives", "From a pod's binding to its order at the agent, on one silo and across two.", Directives.RunAsync));
root.Add(Scenario("idle-pods", "Activations a second, and bytes of an idle pod, at 100,000 pods.", IdlePods.RunAsync));
root.Add(Scenario("idle-pods-million", "The same at 1,000,000 pods.", IdlePods.RunMillionAsync));
return await root.Parse(args).InvokeAsync();

// The other half of beside, which starts it.
Command NuisanceCommand()
{
    var name = new Argument<string>("name");
    var data = new Argument<string>("data");
    var port = new Argument<int>("port");
    var command = new Command(Nuisance.Command, "Does to a running cluster what others should not notice.") { name, data, port };
    command.Hidden = true;
    command.SetAction((result, _) => Nuisance.RunAsync(result.GetValue(name)!, result.GetValue(data)!, result.GetValue(port)));
    return command;
}

Command Scenario(string name, string description, Func<int, Task> run)
{
    var command = new Command(name, description) { runs, executable };
    command.SetAction((result, _) =>
    {
        RunningCluster.Executable = result.GetValue(executable);
        return run(result.GetValue(runs));
    });
    return command;
}

Command Comparison(string name, string description, Func<ICluster, Table, Task> measure)
{
    var command = new Command(name, description) { runs, executable, apiServer, etcd };
    command.SetAction((result, _) =>
    {
        RunningCluster.Executable = result.GetValue(executable);
        return new Contenders(result.GetValue(apiServer), result.GetValue(etcd)!).CompareAsync(result.GetValue(runs), measure);
    });
    return command;
}
