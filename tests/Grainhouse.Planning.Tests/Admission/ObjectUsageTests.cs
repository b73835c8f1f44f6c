using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Admission.Quotas;
using Grainhouse.Planning.Tests.Documents;

namespace Grainhouse.Planning.Tests.Admission;

public sealed class ObjectUsageTests
{
    private static readonly DateTimeOffset Now = Kube.Start;

    [Fact]
    public void Of_Pod_SumsContainersAndTakesTheLargerPhase()
    {
        var usage = Pod("""
            "containers": [
              { "name": "a", "resources": { "requests": { "cpu": "100m", "memory": "64Mi" }, "limits": { "cpu": "1" } } },
              { "name": "b", "resources": { "requests": { "cpu": "200m", "example.com/gpu": "2" }, "limits": { "memory": "1Gi" } } } ],
            "initContainers": [ { "name": "i", "resources": { "requests": { "cpu": "500m" } } } ]
            """);

        Assert.Equal(
            "count/pods=1,cpu=500m,limits.cpu=1,limits.memory=1Gi,memory=64Mi,pods=1,requests.cpu=500m,requests.example.com/gpu=2,requests.memory=64Mi",
            usage);
    }

    [Fact]
    public void Of_PodWithASidecar_RunsItBesideEverythingThatFollows()
    {
        var usage = Pod("""
            "containers": [ { "name": "a", "resources": { "requests": { "cpu": "100m" } } } ],
            "initContainers": [
              { "name": "s", "restartPolicy": "Always", "resources": { "requests": { "cpu": "50m" } } },
              { "name": "i", "resources": { "requests": { "cpu": "200m" } } } ],
            "overhead": { "cpu": "10m" }
            """);

        Assert.Equal("count/pods=1,cpu=260m,pods=1,requests.cpu=260m", usage);
    }

    [Fact]
    public void Of_PodThatHasEnded_IsOnlyStored() =>
        Assert.Equal("count/pods=1", Text(Kube.Pod("p", phase: "Succeeded").Stored()));

    [Fact]
    public void Of_PodThatShouldHaveEnded_IsReleasedAfterItsGrace()
    {
        var document = Kube.Pod("p").Deleting();
        document["metadata"]!["deletionGracePeriodSeconds"] = 30;
        var usage = ObjectUsage.Of(document.Stored());
        var ends = Now + TimeSpan.FromSeconds(60 + 30);

        Assert.Contains("pods", usage.At(ends - TimeSpan.FromSeconds(1)).Keys);
        Assert.DoesNotContain("pods", usage.At(ends).Keys);
    }

    [Theory]
    [InlineData("""{ "type": "ClusterIP", "ports": [ { "port": 80 } ] }""", 0, 0)]
    [InlineData("""{ "type": "NodePort", "ports": [ { "port": 80 }, { "port": 81 } ] }""", 2, 0)]
    [InlineData("""{ "type": "LoadBalancer", "ports": [ { "port": 80 } ] }""", 1, 1)]
    [InlineData("""{ "type": "LoadBalancer", "allocateLoadBalancerNodePorts": false, "ports": [ { "port": 80 } ] }""", 0, 1)]
    public void Of_Service_CountsItsPortsAndItsBalancer(string spec, int nodePorts, int balancers) =>
        Assert.Equal(
            $"count/services=1,services=1,services.loadbalancers={balancers},services.nodeports={nodePorts}",
            Text(Kube.Json($$"""{ "apiVersion": "v1", "kind": "Service", "metadata": { "name": "s", "namespace": "default" }, "spec": {{spec}} }""").Stored()));

    [Fact]
    public void Of_Claim_CountsItsStorageInAllAndOfItsClass() =>
        Assert.Equal(
            "count/persistentvolumeclaims=1,gold.storageclass.storage.k8s.io/persistentvolumeclaims=1,gold.storageclass.storage.k8s.io/requests.storage=5Gi,"
            + "persistentvolumeclaims=1,requests.storage=5Gi",
            Text(Kube.Json("""
                { "apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": { "name": "c", "namespace": "default" },
                  "spec": { "storageClassName": "gold", "resources": { "requests": { "storage": "5Gi" } } } }
                """).Stored()));

    [Fact]
    public void Of_AnyOtherKind_CountsOne()
    {
        Assert.Equal("count/deployments.apps=1", Text(Kube.Deployment().Stored()));
        Assert.Equal("configmaps=1,count/configmaps=1", Text(Kube.Json("""{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "c", "namespace": "default" } }""").Stored()));
    }

    private static string Pod(string spec) =>
        Text(Kube.Json($$"""{ "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "p", "namespace": "default" }, "spec": { {{spec}} } }""").Stored());

    private static string Text(KubeObject item) => string.Join(",", ObjectUsage.Of(item).At(Now).Select(amount => $"{amount.Key}={amount.Value}"));
}
