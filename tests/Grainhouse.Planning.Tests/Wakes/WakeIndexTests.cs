using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Tests.Documents;
using Grainhouse.Planning.Wakes;

namespace Grainhouse.Planning.Tests.Wakes;

public sealed class WakeIndexTests
{
    private readonly Cluster cluster = new();
    private readonly WakeIndex index = new();
    private readonly List<Wake> wakes = [];

    public WakeIndexTests() => cluster.Changed = change => index.Apply(change, cluster, wakes);

    [Fact]
    public void Pod_BecomesReady_WakesItsReplicaSetAndServicesThatMatch()
    {
        cluster.Create(Service("web", "app", "web-1"));
        cluster.Create(Service("other", "app", "else"));
        cluster.Create(Kube.ReplicaSet());
        cluster.Create(Kube.Pod("a", ip: "10.0.0.1"));

        var woken = After(() => cluster.Update(Kube.PodKey("a"), pod => pod["status"]!["conditions"]![0]!["status"] = "True"));

        Assert.Equal([W(ReconcilerKind.ReplicaSet, "replicasets.apps/default/web-1"), W(ReconcilerKind.Service, "services/default/web")], woken);
    }

    [Fact]
    public void Pod_ChangeThatConcernsNobody_WakesNobody()
    {
        cluster.Create(Service("web", "app", "web-1"));
        cluster.Create(Kube.ReplicaSet());
        cluster.Create(Kube.Pod("a", ip: "10.0.0.1"));

        Assert.Empty(After(() => cluster.Update(Kube.PodKey("a"), pod => pod["status"]!["message"] = "pulling")));
    }

    [Theory]
    [InlineData("""{ "matchLabels": { "app": "web-1" } }""", true)]
    [InlineData("{}", true)]
    [InlineData("""{ "matchLabels": { "app": "else" } }""", false)]
    public void Pod_HealthChanges_WakesTheBudgetsThatCountIt(string selector, bool woken)
    {
        cluster.Create(Budget(selector));
        cluster.Create(Kube.Pod("a"));
        var budget = W(ReconcilerKind.DisruptionBudget, "poddisruptionbudgets.policy/default/web");

        Assert.Equal(woken, After(() => cluster.Update(Kube.PodKey("a"), pod => pod["status"]!["conditions"]![0]!["status"] = "True")).Contains(budget));
        Assert.DoesNotContain(budget, After(() => cluster.Update(Kube.PodKey("a"), pod => pod["status"]!["message"] = "pulling")));
        Assert.Equal(woken, After(() => cluster.Update(Kube.PodKey("a"), pod => pod.Deleting())).Contains(budget));
        Assert.Equal(woken, After(() => cluster.Remove(Kube.PodKey("a"))).Contains(budget));
    }

    [Fact]
    public void Node_Deleted_IsLookedAt()
    {
        var key = cluster.Seed(Kube.Json("""{ "apiVersion": "v1", "kind": "Node", "metadata": { "name": "n1" } }""")).Key;

        Assert.Contains(W(ReconcilerKind.Node, "nodes//n1"), After(() => cluster.Remove(key)));
    }

    [Fact]
    public void Pod_SpecOrReadinessGateChanges_WakesItsNode()
    {
        cluster.Create(Kube.Pod("a"));
        cluster.Update(Kube.PodKey("a"), pod => pod["spec"]!["readinessGates"] = new JsonArray(new JsonObject { ["conditionType"] = "lb" }));
        var node = W(ReconcilerKind.Node, "nodes//n1");

        Assert.Contains(node, After(() => cluster.Update(Kube.PodKey("a"), pod => pod["metadata"]!["annotations"] = new JsonObject { ["a"] = "b" })));
        Assert.Contains(node, After(() => cluster.Update(Kube.PodKey("a"), pod => pod["status"]!["conditions"]!.AsArray().Add(new JsonObject { ["type"] = "lb", ["status"] = "True" }))));
    }

    [Fact]
    public void Pod_LeavesASelector_WakesTheServiceThatLosesItAndTheOneThatGainsIt()
    {
        cluster.Create(Service("old", "app", "web-1"));
        cluster.Create(Service("new", "app", "debug"));
        cluster.Create(Kube.Pod("a", ip: "10.0.0.1"));

        var woken = After(() => cluster.Update(Kube.PodKey("a"), pod => pod["metadata"]!["labels"]!["app"] = "debug"));

        Assert.Contains(W(ReconcilerKind.Service, "services/default/old"), woken);
        Assert.Contains(W(ReconcilerKind.Service, "services/default/new"), woken);
    }

    [Fact]
    public void Pod_Orphan_WakesReplicaSetsWhoseSelectorMatches()
    {
        cluster.Create(Kube.ReplicaSet());
        cluster.Create(Kube.ReplicaSet("web-2"));

        var woken = After(() => cluster.Create(Kube.Pod("a", owner: null)));

        Assert.Contains(W(ReconcilerKind.ReplicaSet, "replicasets.apps/default/web-1"), woken);
        Assert.DoesNotContain(W(ReconcilerKind.ReplicaSet, "replicasets.apps/default/web-2"), woken);
    }

    [Fact]
    public void Pod_ReleasedByItsOwner_WakesTheOwner()
    {
        cluster.Create(Kube.ReplicaSet());
        cluster.Create(Kube.Pod("a"));

        var woken = After(() => cluster.Update(Kube.PodKey("a"), pod => pod["metadata"]!.AsObject().Remove("ownerReferences")));

        Assert.Contains(W(ReconcilerKind.ReplicaSet, "replicasets.apps/default/web-1"), woken);
    }

    [Fact]
    public void Pod_GoneOrMarked_WakesItsNode()
    {
        cluster.Create(Kube.Pod("a"));

        Assert.Contains(W(ReconcilerKind.Node, "nodes//n1"), After(() => cluster.Update(Kube.PodKey("a"), pod => pod.Deleting())));
        Assert.Contains(W(ReconcilerKind.Node, "nodes//n1"), After(() => cluster.Remove(Kube.PodKey("a"))));
    }

    [Fact]
    public void ReplicaSet_StatusChange_WakesOnlyTheDeployment()
    {
        cluster.Create(OwnedReplicaSet());

        var woken = After(() => cluster.Update(ReplicaSetKey, replicaSet => replicaSet["status"] = new JsonObject { ["replicas"] = 1 }));

        Assert.Equal([W(ReconcilerKind.Deployment, "deployments.apps/default/web")], woken);
    }

    [Fact]
    public void ReplicaSet_SpecChange_WakesItselfAndTheDeployment()
    {
        cluster.Create(Kube.Deployment());
        cluster.Create(OwnedReplicaSet());

        var woken = After(() => cluster.Update(ReplicaSetKey, replicaSet => replicaSet["spec"]!["replicas"] = 9));

        Assert.Equal(
            [W(ReconcilerKind.Deployment, "deployments.apps/default/web"), W(ReconcilerKind.ReplicaSet, "replicasets.apps/default/web-1")], woken);
    }

    [Fact]
    public void LastPodOfAReplicaSet_Gone_WakesTheDeployment()
    {
        cluster.Create(Kube.Deployment());
        cluster.Create(OwnedReplicaSet());
        cluster.Create(Kube.Pod("a"));

        Assert.Contains(W(ReconcilerKind.Deployment, "deployments.apps/default/web"), After(() => cluster.Remove(Kube.PodKey("a"))));
    }

    [Fact]
    public void Owner_Gone_WakesTheCollectorForIt()
    {
        cluster.Create(Kube.ReplicaSet());
        cluster.Create(Kube.Pod("a"));

        Assert.Contains(new Wake(ReconcilerKind.Collector, ReplicaSetKey, "uid-web-1"), After(() => cluster.Remove(ReplicaSetKey)));
    }

    [Fact]
    public void Dependent_WhoseOwnerIsGoneAlready_WakesTheCollector() =>
        Assert.Contains(new Wake(ReconcilerKind.Collector, ReplicaSetKey, "uid-web-1"), After(() => cluster.Create(Kube.Pod("late"))));

    [Fact]
    public void Owner_MarkedWithAFinalizer_WakesTheCollectorNowAndWithEachDependentThatGoes()
    {
        cluster.Create(Kube.ReplicaSet());
        cluster.Create(Kube.Pod("a"));
        var expected = new Wake(ReconcilerKind.Collector, ReplicaSetKey, "uid-web-1");

        Assert.Contains(expected, After(() => cluster.Update(ReplicaSetKey, replicaSet =>
            replicaSet.Deleting()["metadata"]!["finalizers"] = new JsonArray("foregroundDeletion"))));
        Assert.Contains(expected, After(() => cluster.Remove(Kube.PodKey("a"))));
    }

    [Fact]
    public void ObjectGone_InATerminatingNamespace_WakesIt()
    {
        cluster.Create(Kube.Pod("a", owner: null));
        cluster.Create(Kube.Json("""
            { "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "default", "deletionTimestamp": "2026-01-01T00:00:00Z",
              "finalizers": ["x"] } }
            """));

        Assert.Contains(W(ReconcilerKind.Namespace, "namespaces//default"), After(() => cluster.Remove(Kube.PodKey("a"))));
    }

    [Fact]
    public void LastReadyNode_Falls_WakesAllNodes()
    {
        cluster.Create(Node("n1", "True"));
        cluster.Create(Node("n2", "Unknown"));

        var woken = After(() => cluster.Update(ResourceCatalog.Nodes.Key(null, "n1"), node => node["status"]!["conditions"]![0]!["status"] = "Unknown"));

        Assert.Contains(W(ReconcilerKind.Node, "nodes//n2"), woken);
    }

    [Fact]
    public void Service_Gone_IsWokenByNoPodAnyMore()
    {
        cluster.Create(Service("web", "app", "web-1"));
        cluster.Create(Kube.Pod("a", ip: "10.0.0.1"));
        cluster.Remove(ResourceCatalog.Services.Key("default", "web"));

        Assert.DoesNotContain(After(() => cluster.Remove(Kube.PodKey("a"))), wake => wake.Kind == ReconcilerKind.Service);
    }

    [Fact]
    public void EndpointSlice_DeletedByAUser_WakesItsService()
    {
        cluster.Create(Service("web", "app", "web-1"));
        var slice = cluster.Create(Kube.Json("""
            { "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
              "metadata": { "name": "web-x", "namespace": "default", "labels": { "kubernetes.io/service-name": "web" } } }
            """));

        Assert.Contains(W(ReconcilerKind.Service, "services/default/web"), After(() => cluster.Remove(slice.Key)));
    }

    [Theory]
    [InlineData("ConfigMap", "configMap", "name")]
    [InlineData("Secret", "secret", "secretName")]
    public void ConfigThatAPodReads_Changed_WakesThePodsNode(string kind, string volume, string field)
    {
        var config = cluster.Create(Config(kind, "settings")).Key;
        var other = cluster.Create(Config(kind, "other")).Key;
        cluster.Create(Reading("a", volume, field, "settings"));

        Assert.Equal([W(ReconcilerKind.Node, "nodes//n1")], After(() => Touch(config)));
        Assert.Empty(After(() => Touch(other)));

        cluster.Update(Kube.PodKey("a"), pod => pod["spec"]!["volumes"] = new JsonArray());
        Assert.Empty(After(() => Touch(config)));
    }

    [Fact]
    public void ConfigMap_WhoseOnlyReaderIsGone_WakesNoNode()
    {
        var config = cluster.Create(Config("ConfigMap", "settings")).Key;
        cluster.Create(Reading("a", "configMap", "name", "settings"));
        cluster.Create(Reading("b", "configMap", "name", "settings"));

        cluster.Remove(Kube.PodKey("a"));
        Assert.Contains(W(ReconcilerKind.Node, "nodes//n1"), After(() => Touch(config)));

        cluster.Remove(Kube.PodKey("b"));
        Assert.Empty(After(() => Touch(config)));
    }

    private static JsonObject Config(string kind, string name) =>
        Kube.Json($$"""{ "apiVersion": "v1", "kind": "{{kind}}", "metadata": { "name": "{{name}}", "namespace": "default" } }""");

    private static JsonObject Reading(string name, string volume, string field, string config)
    {
        var pod = Kube.Pod(name);
        pod["spec"]!["volumes"] = new JsonArray(new JsonObject { ["name"] = "v", [volume] = new JsonObject { [field] = config } });
        return pod;
    }

    private void Touch(ObjectKey key) => cluster.Update(key, document => document["data"] = new JsonObject { ["a"] = "Yg==" });

    private static ObjectKey ReplicaSetKey => ResourceCatalog.ReplicaSets.Key("default", "web-1");

    private static Wake W(ReconcilerKind kind, string key) => new(kind, ObjectKey.Parse(key));

    private static JsonObject OwnedReplicaSet()
    {
        var document = Kube.ReplicaSet();
        Planning.Documents.OwnerReferences.Add(
            document, Planning.Documents.OwnerReferences.Controller(ResourceCatalog.Deployments, "web", "uid-web"));
        return document;
    }

    private static JsonObject Service(string name, string label, string value) => Kube.Json($$"""
        { "apiVersion": "v1", "kind": "Service", "metadata": { "name": "{{name}}", "namespace": "default" },
          "spec": { "selector": { "{{label}}": "{{value}}" }, "ports": [ { "port": 80 } ] } }
        """);

    private static JsonObject Budget(string selector) => Kube.Json($$"""
        { "apiVersion": "policy/v1", "kind": "PodDisruptionBudget", "metadata": { "name": "web", "namespace": "default" },
          "spec": { "selector": {{selector}}, "minAvailable": 1 } }
        """);

    private static JsonObject Node(string name, string ready) => Kube.Json($$"""
        { "apiVersion": "v1", "kind": "Node", "metadata": { "name": "{{name}}" },
          "status": { "conditions": [ { "type": "Ready", "status": "{{ready}}" } ] } }
        """);

    private List<Wake> After(Action change)
    {
        wakes.Clear();
        change();
        return [.. wakes.Distinct().OrderBy(wake => wake.Kind).ThenBy(wake => wake.Key.ToString(), StringComparer.Ordinal)];
    }
}
