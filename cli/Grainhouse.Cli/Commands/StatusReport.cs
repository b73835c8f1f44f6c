using System.Text.Json.Nodes;
using Grainhouse.Cli.Progress;
using Grainhouse.Cli.Readiness;

namespace Grainhouse.Cli.Commands;

/// <summary>What <c>status</c> prints. Pure but for the printing.</summary>
internal sealed record StatusReport(IReadOnlyList<string[]> Nodes, IReadOnlyList<string[]> Workloads, IReadOnlyList<string> NotReady)
{
    public static StatusReport Make(
        IReadOnlyList<JsonObject> nodes, IReadOnlyList<JsonObject> deployments, IReadOnlyList<JsonObject> replicaSets, IReadOnlyList<JsonObject> pods)
    {
        List<string> notReady = [];
        List<string[]> nodeRows = [];
        foreach (var node in nodes)
        {
            var name = node.Text("metadata", "name")!;
            var readiness = ObjectReadiness.Of(WithKind(node, "Node"), pods);
            nodeRows.Add([name, readiness.State, $"{pods.Count(pod => pod.Text("spec", "nodeName") == name)}", node.Text("status", "nodeInfo", "containerRuntimeVersion") ?? ""]);
            Note(notReady, $"node/{name}", readiness);
        }

        List<string[]> workloadRows = [];
        foreach (var (kind, workload) in WorkloadsOf(deployments, replicaSets, pods))
        {
            var readiness = ObjectReadiness.Of(WithKind(workload, kind), pods);
            var name = $"{kind.ToLowerInvariant()}/{workload.Text("metadata", "name")}";
            workloadRows.Add([workload.Text("metadata", "namespace")!, name, readiness.State]);
            Note(notReady, $"{workload.Text("metadata", "namespace")} {name}", readiness);
        }

        return new StatusReport(nodeRows, workloadRows, notReady);
    }

    public void Print(TextWriter output)
    {
        Columns.Print(output, [["NODE", "STATUS", "PODS", "RUNTIME"], .. Nodes]);
        output.WriteLine();
        if (Workloads.Count == 0)
        {
            output.WriteLine("No workloads.");
        }
        else
        {
            Columns.Print(output, [["NAMESPACE", "WORKLOAD", "STATUS"], .. Workloads]);
        }

        if (NotReady.Count > 0)
        {
            output.WriteLine();
            output.WriteLine("Not ready:");
            foreach (var line in NotReady)
            {
                output.WriteLine($"  {line}");
            }
        }
    }

    private static IEnumerable<(string Kind, JsonObject Object)> WorkloadsOf(
        IReadOnlyList<JsonObject> deployments, IReadOnlyList<JsonObject> replicaSets, IReadOnlyList<JsonObject> pods) =>
        deployments.Select(item => ("Deployment", item))
            .Concat(replicaSets.Where(item => !item.IsOwned()).Select(item => ("ReplicaSet", item)))
            .Concat(pods.Where(item => !item.IsOwned()).Select(item => ("Pod", item)));

    private static void Note(List<string> notReady, string name, ObjectReadiness readiness)
    {
        if (!readiness.Ready)
        {
            notReady.Add(readiness.Trouble is { } trouble ? $"{name}: {trouble}" : $"{name}: {readiness.State}");
        }
    }

    // Items of a list may omit their kind.
    private static JsonObject WithKind(JsonObject item, string kind)
    {
        item["kind"] = kind;
        return item;
    }
}
