namespace Grainhouse.Acceptance.Tests.Restarts;

/// <summary>Pods of a node that is no more.</summary>
public sealed class OrphanedPodTests(SharedCluster shared) : NamespacedTests(shared)
{
    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Pod_OfANodeThatDoesNotExist_IsCollectedAfterTheQuarantine()
    {
        var path = $"/api/v1/namespaces/{Kubectl.Namespace}/pods";
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        using var watch = await Cluster.Api.WatchAsync(path, await Cluster.Api.RevisionAsync(path), bound.Token);
        await Kubectl.ApplyAsync(Manifests.Pod("lost", Manifests.Idle) + "\n  nodeName: nowhere\n");
        var failed = false;

        await foreach (var change in watch.EventsAsync(bound.Token))
        {
            failed |= change.Object.GetProperty("status").GetProperty("phase").GetString() == "Failed"
                && change.Object.ToString().Contains("DeletionByPodGC", StringComparison.Ordinal);
            if (change.Type == "DELETED")
            {
                break;
            }
        }

        Assert.True(failed, "It was deleted without having been marked as failed.");
    }
}
