using Xunit.Abstractions;

namespace Grainhouse.Acceptance.Tests.Crashes;

/// <summary>kill -9 of the whole process, again and again, while clients write.</summary>
public sealed class KillUpTests(ITestOutputHelper output)
{
    private const int Kills = 20;
    private const int Clients = 16;
    private const int Warm = 2 * Clients;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task KillUp_TwentyTimesUnderWriters_LosesNothingAndRestartsNoContainer()
    {
        await using var cluster = await Cluster.StartAsync(new ClusterSettings());
        var kubectl = await cluster.NamespaceAsync("kill-up");
        await kubectl.ApplyAsync(Manifests.Deployment("stay", replicas: 2));
        await kubectl.RolledOutAsync("stay");
        var containers = await DockerCli.ContainersOfAsync(kubectl, "pods -l app=stay");
        var writers = new Writers(cluster.Api, kubectl.Namespace, Clients);
        var random = new Random(2);
        var starts = new List<double>();

        for (var round = 0; round < Kills; round++)
        {
            using var stop = new CancellationTokenSource();
            var before = writers.Acknowledged;
            var writing = writers.RunAsync(round, stop.Token);

            // The kill falls at a random moment of writing at full speed, however slow the machine is to get there.
            await Eventually.TrueAsync("clients write", () => Task.FromResult(writers.Acknowledged >= before + Warm), Patience);
            await Task.Delay(random.Next(500));
            await cluster.KillAsync();
            await stop.CancelAsync();
            await writing;

            var watch = System.Diagnostics.Stopwatch.StartNew();
            await cluster.RestartAsync();
            starts.Add(watch.Elapsed.TotalSeconds);
            Assert.Empty(await writers.CheckAsync());
        }

        output.WriteLine($"{writers.Acknowledged} objects acknowledged; restart to ready: median {starts.Order().ElementAt(Kills / 2):f2} s, longest {starts.Max():f2} s");
        Assert.Empty(writers.Refused);
        await cluster.UntilNodeReadyAsync();
        await kubectl.RolledOutAsync("stay");
        Assert.Equal(containers, await DockerCli.ContainersOfAsync(kubectl, "pods -l app=stay"));
        Assert.All(await Task.WhenAll(containers.Select(DockerCli.RunsAsync)), Assert.True);
        Assert.Equal("0 0", await kubectl.ValueAsync("pods -l app=stay", "{.items[*].status.containerStatuses[0].restartCount}"));
    }
}
