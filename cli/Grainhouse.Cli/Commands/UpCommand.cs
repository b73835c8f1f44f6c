using System.CommandLine;
using System.Text.Json.Nodes;
using Grainhouse.Cli.Hosting;
using Grainhouse.Cli.Progress;
using Grainhouse.Client;

namespace Grainhouse.Cli.Commands;

/// <summary><c>grainhouse up</c>: a whole cluster in this process.</summary>
internal static class UpCommand
{
    /// <summary>Where in the cluster's data directory its own agent keeps its data.</summary>
    public const string AgentDirectory = "agent";

    public static Command Create()
    {
        var data = SharedOptions.Data();
        var port = SharedOptions.Port(6443);
        var kubeconfig = SharedOptions.Kubeconfig("Where to write the kubeconfig. Default: 'kubeconfig' in the data directory.");
        var runtime = SharedOptions.Runtime();
        var history = SharedOptions.History();
        var database = SharedOptions.Database();
        var files = new Option<string[]>("--file", "-f") { Description = "A manifest to apply. May be given more than once.", HelpName = "FILE" };
        var command = new Command("up", "Run a cluster on this machine until Ctrl-C. Workloads keep running afterwards.")
        {
            data, port, kubeconfig, runtime, history, database, files,
        };
        command.Does((parsed, cancellationToken) => RunAsync(
            new UpSettings
            {
                DataDirectory = Path.GetFullPath(parsed.GetValue(data)!),
                Port = parsed.GetValue(port),
                Kubeconfig = Path.GetFullPath(parsed.GetValue(kubeconfig) ?? DataDirectory.Kubeconfig(parsed.GetValue(data)!)),
                Runtime = parsed.GetValue(runtime)!,
                History = parsed.GetValue(history),
                Database = parsed.GetValue(database),
                Files = parsed.GetValue(files) ?? [],
            },
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(UpSettings settings, CancellationToken cancellationToken)
    {
        // What can be wrong with the files is said before anything is started.
        List<JsonObject> manifests = [.. settings.Files.SelectMany(ManifestReader.ReadFile)];
        DataDirectory.Create(settings.DataDirectory);
        using var held = InstanceLock.Take(settings.DataDirectory);
        ListeningPort.Require(settings.Port);

        await using var silo = await LocalSilo.StartAsync(
            new LocalSiloSettings(settings.DataDirectory, settings.Port, settings.Kubeconfig, settings.History, settings.Database), cancellationToken);
        await using var agent = await LocalAgent.StartAsync(
            new LocalAgentSettings
            {
                DataDirectory = Path.Combine(settings.DataDirectory, AgentDirectory),
                Gateway = silo.Address,
                JoinToken = silo.JoinToken,
                AuthorityFile = Path.Combine(settings.DataDirectory, "pki", "ca.crt"),
                Runtime = settings.Runtime,
            },
            cancellationToken);

        using var client = GrainhouseClient.FromKubeconfig(settings.Kubeconfig);
        var applied = await ManifestApplier.ApplyAsync(client, manifests, Console.Out, cancellationToken);
        var rollout = new RolloutProgress(client, [.. applied.Select(item => item.Reference)], TimeProvider.System);
        await ProgressViews.ForConsole().ShowAsync(rollout.UpdatesAsync(cancellationToken));
        await NextSteps.PrintAsync(Console.Out, client, settings.Kubeconfig, applied, cancellationToken);

        await Shutdown.WaitAsync(cancellationToken);
        Console.WriteLine("Stopping; workloads keep running ('grainhouse down' stops them).");
        return ExitCode.Success;
    }
}
