using Grainhouse.Acceptance.Tests.Harness;
using Grainhouse.Client;

namespace Grainhouse.Acceptance.Tests.Clients;

/// <summary>A cluster without Docker, and the .NET library's client of it.</summary>
public sealed class ProcessCluster : IAsyncLifetime
{
    internal Cluster Cluster { get; private set; } = null!;

    internal GrainhouseClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Cluster = await Cluster.StartAsync(new ClusterSettings { Runtime = "process" });
        Client = GrainhouseClient.FromKubeconfig(Cluster.Kubeconfig);
    }

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Cluster.DisposeAsync();
    }
}

/// <summary>One such cluster for several classes, one test after the other.</summary>
[CollectionDefinition(Name)]
public sealed class SharedProcessCluster : ICollectionFixture<ProcessCluster>
{
    public const string Name = "Shared process cluster";
}

/// <summary>One for the .NET library's own classes; some of them kill it and start it again.</summary>
[CollectionDefinition(Name)]
public sealed class LibraryCluster : ICollectionFixture<ProcessCluster>
{
    public const string Name = "Library cluster";
}
