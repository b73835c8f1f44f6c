using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Namespaces;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Namespaces;

public sealed class NamespaceReconcilerTests
{
    private readonly Cluster cluster = new() { Strict = true };

    public NamespaceReconcilerTests() => cluster.Seed(Kube.Json("""
        { "apiVersion": "v1", "kind": "Namespace", "metadata": { "name": "default" },
          "spec": { "finalizers": ["kubernetes"] }, "status": { "phase": "Active" } }
        """));

    [Fact]
    public void Active_GetsItsAccountAndTheAuthorityOnce()
    {
        cluster.Do(Decide());

        Assert.NotNull(cluster.Get(ResourceCatalog.ServiceAccounts.Key("default", "default")));
        var authority = cluster.Get(ResourceCatalog.ConfigMaps.Key("default", "kube-root-ca.crt"))!.ToMutable();
        Assert.Equal("PEM", authority.Object("data").Text("ca.crt"));
        Assert.Empty(Decide().Actions);
    }

    [Fact]
    public void Active_AuthorityChangedByAUser_IsPutRight()
    {
        cluster.Do(Decide());
        cluster.Update(ResourceCatalog.ConfigMaps.Key("default", "kube-root-ca.crt"), map => map["data"]!["ca.crt"] = "forged");

        cluster.Do(Decide());

        Assert.Equal("PEM", cluster.Get(ResourceCatalog.ConfigMaps.Key("default", "kube-root-ca.crt"))!.ToMutable().Object("data").Text("ca.crt"));
    }

    [Fact]
    public void Terminating_DeletesAllAndSaysWhatRemains()
    {
        cluster.Seed(Kube.Pod("a"));
        cluster.Seed(Kube.Json("""
            { "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "held", "namespace": "default", "finalizers": ["mine/hold"] } }
            """));
        MarkDeleted();

        cluster.Do(Decide());
        cluster.Do(Decide());

        Assert.NotNull(cluster.Get(Kube.PodKey("a"))!.Header.DeletionTimestamp);
        var conditions = cluster.Get(Key)!.ToMutable().Object("status").Array("conditions");
        Assert.Equal(
            "Some resources are remaining: configmaps. has 1 resource instances, pods. has 1 resource instances",
            ConditionList.Find(conditions, "NamespaceContentRemaining").Text("message"));
        Assert.Equal(
            "Some content in the namespace has finalizers remaining: mine/hold in 1 resource instances",
            ConditionList.Find(conditions, "NamespaceFinalizersRemaining").Text("message"));
        Assert.Empty(Decide().Actions);
    }

    [Fact]
    public void Terminating_Empty_IsFinalized()
    {
        MarkDeleted();

        var action = Assert.IsType<ReconcileAction.Replace>(Assert.Single(Decide().Actions));

        Assert.Equal("finalize", action.Subresource);
        Assert.Empty(action.Document.Object("spec").Array("finalizers")!);
    }

    private static ObjectKey Key => ResourceCatalog.Namespaces.Key(null, "default");

    private void MarkDeleted() => cluster.Update(Key, document =>
    {
        document.Deleting();
        document["metadata"]!["finalizers"] = new JsonArray("example.com/keeps-it");
    });

    private ReconcilePlan Decide() => NamespaceReconciler.Decide(NamespaceInput.Gather(cluster, Key, "PEM", cluster.Now)!);
}
