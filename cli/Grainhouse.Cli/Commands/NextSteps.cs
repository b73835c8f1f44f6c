using System.Text.Json.Nodes;
using Grainhouse.Cli.Readiness;
using Grainhouse.Client;

namespace Grainhouse.Cli.Commands;

/// <summary>What <c>up</c> says once all is ready.</summary>
internal static class NextSteps
{
    public static async Task PrintAsync(
        TextWriter output, GrainhouseClient client, string kubeconfig, IReadOnlyList<AppliedObject> applied, CancellationToken cancellationToken)
    {
        await output.WriteLineAsync("\nThe cluster is ready. In another terminal:");
        await output.WriteLineAsync($"  export KUBECONFIG={kubeconfig}");
        await output.WriteLineAsync("  kubectl get all");
        foreach (var workload in applied.Where(item => item.Reference.Kind is "Deployment" or "Pod"))
        {
            var pods = await client.ListAsync("v1", "Pod", workload.Reference.Namespace, cancellationToken);
            if (AddressOf(workload, pods) is { } address)
            {
                await output.WriteLineAsync($"  curl http://{address}/");
            }
        }

        await output.WriteLineAsync("Ctrl-C ends this process and leaves the workloads running.");
        await output.FlushAsync(cancellationToken);
    }

    // The first port of the first pod; pods are reached directly from this machine.
    private static string? AddressOf(AppliedObject workload, IReadOnlyList<JsonObject> pods)
    {
        var pod = workload.Reference.Kind == "Pod"
            ? pods.FirstOrDefault(pod => pod.Text("metadata", "name") == workload.Reference.Name)
            : pods.FirstOrDefault(pod => pod.IsSelectedBy(workload.Object));
        var port = (pod?["spec"]?["containers"] as JsonArray)?.OfType<JsonObject>()
            .SelectMany(container => (container["ports"] as JsonArray ?? []).OfType<JsonObject>())
            .Select(item => item.Number("containerPort")).FirstOrDefault(number => number is not null);
        return pod?.Text("status", "podIP") is { Length: > 0 } address && port is not null ? $"{address}:{port}" : null;
    }
}
