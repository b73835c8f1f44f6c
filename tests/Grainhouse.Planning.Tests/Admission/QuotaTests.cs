using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Admission.Quotas;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Admission;

public sealed class QuotaTests
{
    private static readonly ObjectKey Key = ResourceCatalog.ResourceQuotas.Key("default", "q");

    private readonly Cluster cluster = new() { Strict = true };

    [Fact]
    public void Decide_ObjectsOfAllSorts_ShowsWhatIsUsedOfEachName()
    {
        Quota("""{ "pods": "3", "requests.cpu": "1", "count/deployments.apps": "2", "configmaps": "5", "requests.storage": "10Gi" }""");
        cluster.Seed(Limited("a", "100m"));
        cluster.Seed(Limited("b", "250m"));
        cluster.Seed(Kube.Deployment());

        Reconcile();

        var status = cluster.Get(Key)!.ToMutable().Object("status")!;
        Assert.Equal("""{"pods":"3","requests.cpu":"1","count/deployments.apps":"2","configmaps":"5","requests.storage":"10Gi"}""", status["hard"]!.ToJsonString());
        Assert.Equal("""{"configmaps":"0","count/deployments.apps":"1","pods":"2","requests.cpu":"350m","requests.storage":"0"}""", status["used"]!.ToJsonString());
        Assert.Empty(Plan().Actions);
    }

    [Theory]
    [InlineData("""{ "scopes": ["BestEffort"] }""", "best")]
    [InlineData("""{ "scopes": ["NotBestEffort"] }""", "limited,short")]
    [InlineData("""{ "scopes": ["Terminating"] }""", "short")]
    [InlineData("""{ "scopes": ["NotTerminating", "NotBestEffort"] }""", "limited")]
    [InlineData("""{ "scopeSelector": { "matchExpressions": [ { "scopeName": "PriorityClass", "operator": "In", "values": ["high"] } ] } }""", "limited")]
    [InlineData("""{ "scopeSelector": { "matchExpressions": [ { "scopeName": "PriorityClass", "operator": "NotIn", "values": ["high"] } ] } }""", "best,short")]
    [InlineData("""{ "scopeSelector": { "matchExpressions": [ { "scopeName": "PriorityClass", "operator": "Exists" } ] } }""", "limited")]
    public void Counts_PodsOfAScope_OnlyThose(string scopes, string counted)
    {
        var quota = Quota("""{ "pods": "10" }""", Kube.Json(scopes));
        var limited = Limited("limited", "1");
        limited["spec"]!["priorityClassName"] = "high";
        var shortLived = Limited("short", "1");
        shortLived["spec"]!["activeDeadlineSeconds"] = 5;
        KubeObject[] pods = [Kube.Pod("best").Stored(), limited.Stored(), shortLived.Stored()];

        Assert.Equal(counted, string.Join(",", pods.Where(pod => QuotaView.Of(quota).Counts(ObjectUsage.Of(pod))).Select(pod => pod.Key.Name)));
        Assert.False(QuotaView.Of(quota).Counts(ObjectUsage.Of(Kube.Deployment().Stored())));
    }

    [Fact]
    public void WhyNot_BeyondTheQuota_SaysSoInUpstreamsWords()
    {
        Quota("""{ "pods": "2", "requests.cpu": "1" }""");
        cluster.Seed(Limited("a", "400m"));
        cluster.Seed(Limited("b", "400m"));

        Assert.Equal(
            "exceeded quota: q, requested: pods=1,requests.cpu=300m, used: pods=2,requests.cpu=800m, limited: pods=2,requests.cpu=1",
            WhyNot(Limited("c", "300m")));
    }

    [Fact]
    public void WhyNot_PromisesThatAreNotSeenYet_Count()
    {
        Quota("""{ "pods": "2" }""");
        cluster.Seed(Limited("a", "1"));
        var promised = QuotaCharge.Of(cluster, null, Limited("b", "1").Stored(), cluster.Now)!;

        Assert.Equal("exceeded quota: q, requested: pods=1, used: pods=2, limited: pods=2", WhyNot(Limited("c", "1"), promised));

        // Once the object is there, it is counted itself and the promise is over.
        cluster.Seed(Limited("b", "1"));
        Assert.True(QuotaBook.IsOver(promised, cluster, cluster.Now));
        Assert.False(QuotaBook.IsOver(promised with { Uid = "other" }, cluster, cluster.Now));
        Assert.True(QuotaBook.IsOver(promised with { Uid = "other", Revision = cluster.Revision }, cluster, cluster.Now));
        Assert.True(QuotaBook.IsOver(promised with { Uid = "other" }, cluster, cluster.Now + QuotaBook.HoldTimeout));
    }

    [Fact]
    public void Promises_WrittenAndRead_AreTheSame()
    {
        Quota("""{ "pods": "2" }""");
        var promised = QuotaCharge.Of(cluster, null, Limited("b", "250m").Stored(), cluster.Now)!;

        var read = Assert.Single(QuotaHoldDocument.Read(QuotaHoldDocument.Write([promised])));

        Assert.Equal((promised.Id, promised.Key, promised.Uid, promised.Creates, promised.At), (read.Id, read.Key, read.Uid, read.Creates, read.At));
        Assert.Equal("q", Assert.Single(read.Quotas));
        Assert.Equal(promised.Amounts.ToList(), read.Amounts.ToList());
    }

    [Fact]
    public void Of_ServiceThatBecomesANodePort_AsksForWhatIsNew()
    {
        Quota("""{ "services": "1", "services.nodeports": "1" }""");
        var (before, after) = (Service("ClusterIP").Stored(), Service("NodePort").Stored());

        Assert.Equal("services.nodeports=1", string.Join(",", QuotaCharge.Of(cluster, before, after, cluster.Now)!.Amounts.Select(amount => $"{amount.Key}={amount.Value}")));
        Assert.Null(QuotaCharge.Of(cluster, after, before, cluster.Now));
    }

    [Fact]
    public void WhyIncomplete_ContainerWithoutWhatTheQuotaCounts_NamesIt()
    {
        Quota("""{ "limits.cpu": "2", "requests.memory": "1Gi", "requests.storage": "1Gi" }""");

        Assert.Equal("failed quota: q: must specify limits.cpu for: web; requests.memory for: web", QuotaCharge.WhyIncomplete(cluster, Limited("a", "1").Stored()));
    }

    [Fact]
    public void Concerns_NamespaceWithoutQuotas_Nothing()
    {
        Assert.False(QuotaCharge.Concerns(cluster, null, Limited("a", "1").Stored()));

        Quota("""{ "configmaps": "1" }""");
        Assert.False(QuotaCharge.Concerns(cluster, null, Limited("a", "1").Stored()));
    }

    private KubeObject Quota(string hard, JsonObject? more = null)
    {
        var document = Kube.Json($$"""{ "apiVersion": "v1", "kind": "ResourceQuota", "metadata": { "name": "q", "namespace": "default" }, "spec": { "hard": {{hard}} } }""");
        foreach (var (name, value) in more ?? [])
        {
            document["spec"]![name] = value?.DeepClone();
        }

        return cluster.Create(document);
    }

    private string? WhyNot(JsonObject pod, params QuotaHold[] holds) =>
        QuotaBook.Open(cluster, "default", holds, cluster.Now).WhyNot(QuotaCharge.Of(cluster, null, pod.Stored(), cluster.Now)!);

    private Planning.ReconcilePlan Plan() => QuotaReconciler.Decide(cluster, Key, cluster.Now);

    private void Reconcile() => cluster.Do(Plan());

    private static JsonObject Limited(string name, string cpu)
    {
        var pod = Kube.Pod(name);
        pod["spec"]!["containers"]![0]!["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = cpu } };
        return pod;
    }

    private static JsonObject Service(string type) => Kube.Json($$"""
        { "apiVersion": "v1", "kind": "Service", "metadata": { "name": "s", "namespace": "default", "uid": "u" }, "spec": { "type": "{{type}}", "ports": [ { "port": 80 } ] } }
        """);
}
