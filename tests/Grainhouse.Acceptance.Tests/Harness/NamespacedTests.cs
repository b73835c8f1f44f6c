namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>The shared cluster and a fresh namespace for one test.</summary>
public abstract class NamespacedTests(SharedCluster shared) : IClassFixture<SharedCluster>, IAsyncLifetime
{
    internal Cluster Cluster => shared.Cluster;

    /// <summary>kubectl in the test's own namespace.</summary>
    internal Kubectl Kubectl { get; private set; } = null!;

    public virtual async Task InitializeAsync() => Kubectl = await Cluster.NamespaceAsync($"t-{Guid.NewGuid():n}"[..12]);

    public virtual async Task DisposeAsync() =>
        await Cluster.Kubectl.OkAsync("delete", "namespace", Kubectl.Namespace, "--wait=false");
}
