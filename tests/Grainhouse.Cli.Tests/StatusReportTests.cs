using System.Text.Json.Nodes;
using Grainhouse.Cli.Commands;

namespace Grainhouse.Cli.Tests;

public sealed class StatusReportTests
{
    private static readonly JsonObject Node = Parse("""
        {"metadata":{"name":"n1"},"status":{"nodeInfo":{"containerRuntimeVersion":"docker://20.10"},"conditions":[{"type":"Ready","status":"True"}]}}
        """);

    [Fact]
    public void Print_AllReady_ShowsNodesAndWorkloadsOnly()
    {
        var report = StatusReport.Make([Clone(Node)], [], [], [Pod("one", ready: true)]);

        Assert.Equal(
            """
            NODE   STATUS   PODS   RUNTIME
            n1     Ready    1      docker://20.10

            NAMESPACE   WORKLOAD   STATUS
            default     pod/one    ready

            """.ReplaceLineEndings("\n"),
            Printed(report));
        Assert.Empty(report.NotReady);
    }

    [Fact]
    public void Make_PodNotReady_IsListedWithItsReason()
    {
        var report = StatusReport.Make([Clone(Node)], [], [], [Pod("one", ready: false)]);

        Assert.Equal(["default pod/one: one, container c: ErrImagePull"], report.NotReady);
        Assert.EndsWith("Not ready:\n  default pod/one: one, container c: ErrImagePull\n", Printed(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Make_PodOfAReplicaSet_IsNoWorkloadOfItsOwn()
    {
        var pod = Pod("one", ready: true);
        pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject { ["kind"] = "ReplicaSet" });

        var report = StatusReport.Make([Clone(Node)], [], [], [pod]);

        Assert.Empty(report.Workloads);
        Assert.Contains("No workloads.", Printed(report), StringComparison.Ordinal);
    }

    private static JsonObject Pod(string name, bool ready) => Parse($$"""
        {"metadata":{"name":"{{name}}","namespace":"default"},"spec":{"nodeName":"n1"},"status":{"phase":"Running",
         "conditions":[{"type":"Ready","status":"{{ready}}"}],
         "containerStatuses":[{"name":"c","state":{{(ready ? """{"running":{}}""" : """{"waiting":{"reason":"ErrImagePull"}}""")}} }] } }
        """);

    private static string Printed(StatusReport report)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        report.Print(writer);
        return writer.ToString();
    }

    private static JsonObject Clone(JsonObject value) => (JsonObject)value.DeepClone();

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
