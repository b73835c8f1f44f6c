using System.CommandLine;
using Grainhouse.Cli.Hosting;

namespace Grainhouse.Cli.Commands;

/// <summary><c>grainhouse silo</c>: the cluster without an agent.</summary>
internal static class SiloCommand
{
    public static Command Create()
    {
        var data = SharedOptions.Data();
        var port = SharedOptions.Port(6443);
        var kubeconfig = SharedOptions.Kubeconfig("Where to write the kubeconfig. Default: 'kubeconfig' in the data directory.");
        var history = SharedOptions.History();
        var database = SharedOptions.Database();
        var command = new Command("silo", "Run the cluster's silo in this process; agents join it with 'grainhouse agent'.") { data, port, kubeconfig, history, database };
        command.Does((parsed, cancellationToken) =>
        {
            var directory = Path.GetFullPath(parsed.GetValue(data)!);
            return RunAsync(
                new LocalSiloSettings(
                    directory,
                    parsed.GetValue(port),
                    Path.GetFullPath(parsed.GetValue(kubeconfig) ?? DataDirectory.Kubeconfig(directory)),
                    parsed.GetValue(history),
                    parsed.GetValue(database)),
                cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(LocalSiloSettings settings, CancellationToken cancellationToken)
    {
        DataDirectory.Create(settings.DataDirectory);
        using var held = InstanceLock.Take(settings.DataDirectory);
        ListeningPort.Require(settings.Port);
        await using var silo = await LocalSilo.StartAsync(settings, cancellationToken);

        Console.WriteLine($"The silo is ready at {silo.Address}.");
        Console.WriteLine($"  export KUBECONFIG={settings.Kubeconfig}");
        Console.WriteLine("To add a machine, run there:");
        Console.WriteLine($"  grainhouse agent --join {Environment.MachineName}:{settings.Port} --token-file TOKEN --ca CA");
        Console.WriteLine($"with copies of {Path.Combine(settings.DataDirectory, "pki", "join.token")} and {Path.Combine(settings.DataDirectory, "pki", "ca.crt")}.");
        await Shutdown.WaitAsync(cancellationToken);
        return ExitCode.Success;
    }
}
