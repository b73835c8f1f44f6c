using System.CommandLine;
using Grainhouse.Cli.Hosting;
using Grainhouse.HostAgent;

namespace Grainhouse.Cli.Commands;

/// <summary><c>grainhouse down</c>: stops what runs on a data directory.</summary>
internal static class DownCommand
{
    public static Command Create()
    {
        var data = SharedOptions.Data();
        var runtime = SharedOptions.Runtime();
        var kubeconfig = SharedOptions.Kubeconfig("A kubeconfig to remove with the data when it lies elsewhere.");
        var purge = new Option<bool>("--purge") { Description = "Also remove the data. There is no way back." };
        var grace = new Option<int>("--grace-period")
        {
            Description = "The most seconds that a pod gets to end; one that asks for less gets that.",
            HelpName = "SECONDS",
            DefaultValueFactory = _ => 30,
        };
        grace.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var value) && value < 0)
            {
                result.AddError($"--grace-period is {value}; it must be 0 or more.");
            }
        });
        var command = new Command("down", "Stop the cluster of a data directory and its workloads.") { data, runtime, kubeconfig, purge, grace };
        command.Does((parsed, cancellationToken) => RunAsync(
            Path.GetFullPath(parsed.GetValue(data)!),
            parsed.GetValue(runtime)!,
            TimeSpan.FromSeconds(parsed.GetValue(grace)),
            parsed.GetValue(purge),
            parsed.GetValue(kubeconfig),
            cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(
        string directory, string runtime, TimeSpan grace, bool purge, string? kubeconfig, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
        {
            Console.WriteLine($"There is no data at {directory}; nothing to stop.");
            return ExitCode.Success;
        }

        if (await RunningInstance.StopAsync(directory, cancellationToken) is { } process)
        {
            Console.WriteLine($"Process {process} has ended.");
        }

        // From here on no agent can start anything again.
        using (InstanceLock.Take(directory))
        {
            var stopped = await Workloads.StopAsync(AgentOptions(directory, runtime), grace, cancellationToken);
            Console.WriteLine(stopped == 1 ? "1 pod stopped." : $"{stopped} pods stopped.");
            if (purge)
            {
                Purge(directory, kubeconfig);
            }
        }

        return ExitCode.Success;
    }

    // The agent of an 'up' has its own directory in the cluster's; that of 'agent' was given one.
    private static HostAgentOptions AgentOptions(string directory, string runtime)
    {
        var nested = Path.Combine(directory, UpCommand.AgentDirectory);
        return LocalAgent.OptionsOf(new LocalAgentSettings
        {
            DataDirectory = Directory.Exists(nested) ? nested : directory,
            Gateway = new Uri("https://localhost"),
            Runtime = runtime,
        });
    }

    private static void Purge(string directory, string? kubeconfig)
    {
        if (kubeconfig is not null)
        {
            File.Delete(kubeconfig);
        }

        Directory.Delete(directory, recursive: true);
        Console.WriteLine($"Removed {directory}.");
    }
}
