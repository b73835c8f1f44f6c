using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Nodes;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Nodes;

public sealed class NodeReconcilerTests
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(40);

    private readonly Cluster cluster = new() { Strict = true };
    private NodeSelfReport? report = Report("True");
    private DateTimeOffset heard = Kube.Start;
    private DateTimeOffset? orphaned;

    [Fact]
    public void FirstReport_RegistersTheNode()
    {
        Run();

        var node = Node;
        Assert.Equal("linux", node.Object("metadata").Map("labels")["kubernetes.io/os"]);
        Assert.Equal(("True", "KubeletReady"), (Condition("Ready").Text("status"), Condition("Ready").Text("reason")));
        Assert.Equal("4", (string?)node["status"]!["capacity"]!["cpu"]);
        Assert.Empty(Taints);
    }

    [Fact]
    public void FirstReport_MakesALeaseThatTheNodeOwns()
    {
        Run();

        var lease = cluster.Get(NodeLeases.Key("n1"))!;
        Assert.Equal(cluster.Get(Key)!.Header.Uid, Assert.Single(lease.Header.Owners).Uid);
        Assert.Equal(("n1", 40), (lease.ToMutable().Object("spec").Text("holderIdentity"), lease.ToMutable().Object("spec").Int("leaseDurationSeconds")));
    }

    [Fact]
    public void NodeDeleted_ItsPodsAreFailedAndDeletedAfterTheQuarantine()
    {
        report = null;
        cluster.Seed(Kube.Pod("a"));
        cluster.Seed(Kube.Pod("b", phase: "Succeeded"));
        orphaned = cluster.Now;

        Assert.Equal(orphaned.Value.AddSeconds(40), Decide().WakeAt);
        Assert.Empty(Decide().Actions);
        Pass(40);
        var plan = Decide();

        var failed = Assert.Single(plan.Actions.OfType<ReconcileAction.Replace>());
        Assert.Equal(("a", "Failed"), (failed.Key.Name, failed.Document.Object("status").Text("phase")));
        Assert.Equal("DeletionByPodGC", ConditionList.Find(failed.Document.Object("status").Array("conditions"), "DisruptionTarget").Text("reason"));
        Assert.Equal(["a", "b"], plan.Actions.OfType<ReconcileAction.Delete>().Select(delete => delete.Key.Name));
        Assert.All(plan.Actions.OfType<ReconcileAction.Delete>(), delete => Assert.Equal(0, delete.Options.GracePeriodSeconds));
        cluster.Do(plan);
        Assert.Empty(cluster.List("pods").Items);
    }

    [Fact]
    public void NodeDeleted_AgentStillThere_RegistersAgainAndKeepsItsPods()
    {
        Run();
        cluster.Seed(Kube.Pod("a"));
        cluster.Remove(Key);
        orphaned = cluster.Now;

        Run();

        Assert.NotNull(cluster.Get(Key));
        Assert.Empty(Leaving);
    }

    [Fact]
    public void SameReportLater_WritesNothingAndAsksForNoWake()
    {
        Run();
        Pass(20);
        heard = cluster.Now;

        var plan = Decide();

        Assert.Empty(plan.Actions);
        Assert.Null(plan.WakeAt);
    }

    [Fact]
    public void Report_IsReadAsItWillBeStored()
    {
        var read = NodeSelfReport.Read("""{ "capacity": { "memory": "16777216Ki" }, "unheard": 1 }"""u8, ImmutableSortedDictionary<string, string>.Empty);

        Assert.Equal("16Gi", (string?)read.Status["capacity"]!["memory"]);
        Assert.Equal(1, (long?)read.Status["unheard"]);
    }

    [Fact]
    public void Silence_MakesConditionsUnknownAndTaintsAndTakesPodsOutOfService()
    {
        Other();
        Run();
        cluster.Seed(Kube.Pod("a", readySince: Kube.Start));

        Pass(41);
        Run();

        Assert.All(["Ready", "MemoryPressure", "DiskPressure", "PIDPressure"], type => Assert.Equal("Unknown", Condition(type).Text("status")));
        Assert.Equal(("NodeStatusUnknown", "Kubelet stopped posting node status."), (Condition("Ready").Text("reason"), Condition("Ready").Text("message")));
        Assert.Equal(["node.kubernetes.io/unreachable:NoSchedule", "node.kubernetes.io/unreachable:NoExecute"], Taints);
        Assert.False(Planning.Pods.PodView.Of(cluster.Get(Kube.PodKey("a"))!).Ready);
        Assert.Contains(cluster.Events, told => told.Message == "Node n1 status is now: NodeNotReady");
    }

    [Fact]
    public void Return_ClearsAllOfIt()
    {
        Other();
        Run();
        Pass(41);
        Run();

        heard = cluster.Now;
        Run();

        Assert.Equal("True", Condition("Ready").Text("status"));
        Assert.Empty(Taints);
    }

    [Fact]
    public void NotReady_TaintsAsNotReady()
    {
        Other();
        report = Report("False");

        Run();

        Assert.Equal(["node.kubernetes.io/not-ready:NoSchedule", "node.kubernetes.io/not-ready:NoExecute"], Taints);
    }

    [Fact]
    public void Cordon_TaintsAndUncordonClears()
    {
        Run();

        cluster.Update(Key, node => node["spec"]!["unschedulable"] = true);
        Run();
        Assert.Equal(["node.kubernetes.io/unschedulable:NoSchedule"], Taints);

        cluster.Update(Key, node => node["spec"]!.AsObject().Remove("unschedulable"));
        Run();
        Assert.Empty(Taints);
    }

    [Fact]
    public void UsersMarks_AreKept()
    {
        Run();
        cluster.Update(Key, node =>
        {
            node["metadata"]!["labels"]!["mine"] = "x";
            node["metadata"]!["annotations"] = new JsonObject { ["note"] = "y" };
            node["spec"]!["taints"] = new JsonArray(Kube.Json("""{ "key": "gpu", "value": "true", "effect": "NoSchedule" }"""));
        });
        report = Report("False");
        Other();
        Run();

        Assert.Equal("x", Node.Object("metadata").Map("labels")["mine"]);
        Assert.Equal("y", Node.Object("metadata").Map("annotations")["note"]);
        Assert.Contains("gpu:NoSchedule", Taints);
    }

    [Fact]
    public void LostNode_EvictsPodsWhenTheirTolerationEnds()
    {
        Other();
        Run();
        cluster.Seed(Tolerating("short", 10));
        cluster.Seed(Tolerating("ever", null));
        cluster.Seed(Kube.Pod("default"));
        Pass(41);
        Run();

        Assert.Equal(cluster.Now.AddSeconds(10), Decide().WakeAt);
        Pass(10);
        Run();
        Assert.Equal(["short"], Leaving);

        Pass(290);
        Run();
        Assert.Equal(["default", "short"], Leaving);
    }

    [Fact]
    public void EveryNodeLost_EvictsNobodyUntilOneReturns()
    {
        Run();
        cluster.Seed(Tolerating("a", 0));
        Pass(41);
        Run();
        Assert.Equal(["node.kubernetes.io/unreachable:NoSchedule"], Taints);
        Assert.Empty(Leaving);

        Other();
        Run();
        Assert.Equal(["a"], Leaving);
    }

    [Fact]
    public void UsersNoExecuteTaint_EvictsAtOnceWhatDoesNotTolerateIt()
    {
        Run();
        cluster.Seed(Kube.Pod("a"));
        cluster.Update(Key, node => node["spec"]!["taints"] = new JsonArray(Kube.Json("""{ "key": "gpu", "value": "true", "effect": "NoExecute" }""")));

        Run();

        Assert.Equal(["a"], Leaving);
    }

    [Fact]
    public void SiloRestarted_BlamesNoNodeBeforeItsLeaseHasPassedAgain()
    {
        Run();
        Pass(1000);
        heard = cluster.Now;
        report = null;

        Assert.Empty(Decide().Actions);
    }

    private static ObjectKey Key => ResourceCatalog.Nodes.Key(null, "n1");

    private JsonObject Node => cluster.Get(Key)!.ToMutable();

    private IEnumerable<string> Taints =>
        (Node.Object("spec").Array("taints") ?? []).Select(taint => $"{(string?)taint!["key"]}:{(string?)taint["effect"]}");

    private IEnumerable<string> Leaving =>
        cluster.List("pods").Items.Where(pod => pod.Header.DeletionTimestamp is not null).Select(pod => pod.Key.Name);

    private static NodeSelfReport Report(string ready) => NodeSelfReport.Read(
        Encoding.UTF8.GetBytes($$"""
            {
              "capacity": { "cpu": "4", "memory": "16777216Ki" },
              "conditions": [
                { "type": "MemoryPressure", "status": "False", "reason": "KubeletHasSufficientMemory" },
                { "type": "DiskPressure", "status": "False", "reason": "KubeletHasNoDiskPressure" },
                { "type": "PIDPressure", "status": "False", "reason": "KubeletHasSufficientPID" },
                { "type": "Ready", "status": "{{ready}}", "reason": "KubeletReady" }
              ]
            }
            """),
        ImmutableSortedDictionary<string, string>.Empty.Add("kubernetes.io/os", "linux"));

    private static JsonObject Tolerating(string name, int? seconds)
    {
        var pod = Kube.Pod(name);
        var toleration = new JsonObject { ["key"] = "node.kubernetes.io/unreachable", ["operator"] = "Exists", ["effect"] = "NoExecute" };
        if (seconds is { } bound)
        {
            toleration["tolerationSeconds"] = bound;
        }

        pod["spec"]!["tolerations"] = new JsonArray(toleration);
        return pod;
    }

    private JsonObject? Condition(string type) => ConditionList.Find(Node.Object("status").Array("conditions"), type);

    /// <summary>Another node, which is ready: so that this one's silence is its own.</summary>
    private void Other() => cluster.Seed(Kube.Json("""
        { "apiVersion": "v1", "kind": "Node", "metadata": { "name": "n2" }, "status": { "conditions": [ { "type": "Ready", "status": "True" } ] } }
        """));

    private void Pass(int seconds) => cluster.Now = cluster.Now.AddSeconds(seconds);

    private ReconcilePlan Decide() => NodeReconciler.Decide(NodeInput.Gather(cluster, "n1", report, heard, Lease, cluster.Now) with { OrphanedSince = orphaned });

    private void Run()
    {
        for (var turn = 0; Decide() is { Actions.Length: > 0 } plan; turn++)
        {
            Assert.True(turn < 10, "the node does not come to rest");
            cluster.Do(plan);
        }
    }
}
