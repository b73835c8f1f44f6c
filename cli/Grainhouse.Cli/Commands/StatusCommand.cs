using System.CommandLine;
using System.Text.Json.Nodes;
using Grainhouse.Cli.Progress;
using Grainhouse.Cli.Readiness;
using Grainhouse.Client;

namespace Grainhouse.Cli.Commands;

/// <summary><c>grainhouse status</c>: nodes, workloads, and what is not ready and why.</summary>
internal static class StatusCommand
{
    public static Command Create()
    {
        var data = SharedOptions.Data();
        var kubeconfig = SharedOptions.Kubeconfig("The kubeconfig to use. Default: $KUBECONFIG, else the one in the data directory.");
        var command = new Command("status", "Show nodes, workloads, and what is not ready and why. Exit code 3 if something is not ready.") { data, kubeconfig };
        command.Does((parsed, cancellationToken) => RunAsync(KubeconfigFile.Find(parsed.GetValue(kubeconfig), parsed.GetValue(data)!), Console.Out, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(string kubeconfig, TextWriter output, CancellationToken cancellationToken)
    {
        using var client = GrainhouseClient.FromKubeconfig(kubeconfig);
        var nodes = client.ListAsync("v1", "Node", null, cancellationToken);
        var pods = client.ListAsync("v1", "Pod", null, cancellationToken);
        var deployments = client.ListAsync("apps/v1", "Deployment", null, cancellationToken);
        var replicaSets = client.ListAsync("apps/v1", "ReplicaSet", null, cancellationToken);
        var report = StatusReport.Make(await nodes, await deployments, await replicaSets, await pods);
        report.Print(output);
        return report.NotReady.Count == 0 ? ExitCode.Success : ExitCode.NotReady;
    }
}
