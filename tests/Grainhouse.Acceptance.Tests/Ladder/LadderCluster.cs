namespace Grainhouse.Acceptance.Tests.Ladder;

/// <summary>A cluster of plain processes, and what each version of kubectl is tried with on it.</summary>
public sealed class LadderCluster : IAsyncLifetime
{
    internal Cluster Cluster { get; private set; } = null!;

    /// <summary>The name of its node.</summary>
    internal string Node { get; private set; } = "";

    public async Task InitializeAsync()
    {
        if (Requirements.Missing(Needs.Kubectl) is not null)
        {
            return;
        }

        Cluster = await Cluster.StartAsync(new ClusterSettings { Runtime = "process" });
        Node = await Cluster.Kubectl.ValueAsync("nodes", "{.items[0].metadata.name}");
    }

    public async Task DisposeAsync()
    {
        if (Cluster is not null)
        {
            await Cluster.DisposeAsync();
        }
    }
}
