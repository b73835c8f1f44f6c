using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Tests.Documents;
using Grainhouse.Planning.Wakes;

namespace Grainhouse.Planning.Tests.Wakes;

public sealed class UnfinishedWorkTests
{
    [Theory]
    [InlineData("""{ "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1 }""", false)]
    [InlineData("""{ "observedGeneration": 0, "replicas": 1, "updatedReplicas": 1, "availableReplicas": 1 }""", true)]
    [InlineData("""{ "observedGeneration": 1, "replicas": 1, "updatedReplicas": 1 }""", true)]
    [InlineData("""{ "observedGeneration": 1, "replicas": 1, "availableReplicas": 1 }""", true)]
    public void Deployment_UntilAllItsPodsAreAvailableAndOfItsTemplate_IsLookedAt(string status, bool unfinished)
    {
        var cluster = new Cluster();
        var deployment = cluster.Seed(Kube.Json($$"""{ "apiVersion": "apps/v1", "kind": "Deployment", "metadata": { "name": "web", "namespace": "default" }, "spec": { "replicas": 1 }, "status": {{status}} }"""));
        List<Wake> wakes = [];

        UnfinishedWork.Add(deployment, cluster, wakes);

        Assert.Equal(unfinished, wakes.Contains(new Wake(ReconcilerKind.Deployment, deployment.Key)));
    }
}
