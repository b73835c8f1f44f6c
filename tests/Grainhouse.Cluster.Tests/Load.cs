using Grainhouse.HostAgent;
using Xunit.Abstractions;

namespace Grainhouse.Cluster.Tests;

/// <summary>What a cluster has to do while it is being broken: agents with pods, clients that write, clients that watch.</summary>
internal sealed class Load : IAsyncDisposable
{
    private static readonly TimeSpan SettleBound = TimeSpan.FromSeconds(60);

    private readonly SiloCluster cluster;
    private readonly ClusterSize size;
    private readonly SimulatedFleet fleet;
    private readonly Workload pods;
    private readonly Writer[] writers;
    private readonly Watcher[] watchers;
    private readonly CancellationTokenSource stopWriting = new();
    private readonly CancellationTokenSource stopWatching = new();
    private HashSet<string> uids = [];
    private Task writing = Task.CompletedTask;
    private Task watching = Task.CompletedTask;

    private Load(SiloCluster cluster, ClusterSize size)
    {
        this.cluster = cluster;
        this.size = size;
        fleet = cluster.StartFleet(size.Nodes, maxPods: (size.Pods / size.Nodes * 2) + 10);
        pods = new Workload(cluster, "web", size.Pods);
        writers = [.. Enumerable.Range(0, size.Writers).Select(id => new Writer(cluster, Calls, id, size.WriteEvery))];
        watchers = [.. Enumerable.Range(0, size.Watches).Select(id => new Watcher(cluster, id))];
    }

    /// <summary>The writers' calls.</summary>
    public CallLog Calls { get; } = new();

    /// <summary>The names of the nodes.</summary>
    public IEnumerable<string> Nodes => fleet.NodeNames;

    /// <summary>The paths of all pods.</summary>
    public string[] PodPaths { get; private set; } = [];

    /// <summary>Starts it all, and returns when all pods are Ready and everybody writes and watches.</summary>
    public static async Task<Load> StartAsync(SiloCluster cluster, ClusterSize size)
    {
        var load = new Load(cluster, size);
        load.uids = await load.pods.StartAsync();
        load.PodPaths = [.. (await load.pods.NamesAsync()).Select(name => $"/api/v1/namespaces/default/pods/{name}")];
        var revision = await cluster.Reachable.Api.RevisionAsync(Writer.Path);
        load.watching = Task.WhenAll(load.watchers.Select(watcher => watcher.RunAsync(revision, load.stopWatching.Token)));
        load.writing = Task.WhenAll(load.writers.Select(writer => writer.RunAsync(load.stopWriting.Token)));
        await Eventually.TrueAsync("every writer has written", () => Task.FromResult(load.writers.All(writer => !writer.Acknowledged.IsEmpty)), SettleBound);
        return load;
    }

    /// <summary>Ends the clients, and proves that nothing was lost, doubled or disturbed.</summary>
    public async Task EndAsync(ITestOutputHelper output)
    {
        await stopWriting.CancelAsync();
        await writing;
        var acknowledged = writers.SelectMany(writer => writer.Acknowledged).ToHashSet(StringComparer.Ordinal);
        foreach (var watcher in watchers)
        {
            await Eventually.TrueAsync(
                () => $"a watch tells of all {acknowledged.Count} writes, not only of {watcher.Added.Count}",
                () => Task.FromResult(acknowledged.All(watcher.Added.ContainsKey)),
                SettleBound);
        }

        await stopWatching.CancelAsync();
        await watching;
        Assert.All(writers, writer => Assert.Empty(writer.Lost));
        Assert.All(watchers, watcher => Assert.Empty(watcher.Faults));
        Assert.All(watchers, watcher => Assert.DoesNotContain(watcher.Added, told => told.Value > 1));
        foreach (var silo in cluster.Silos)
        {
            var stored = (await silo.Api.GetAsync(Writer.Path)).Ok().Json.GetProperty("items").EnumerateArray()
                .Select(item => item.GetProperty("metadata").GetProperty("name").GetString()!).ToHashSet(StringComparer.Ordinal);
            Assert.Subset(stored, acknowledged);
        }

        await AssertPodsAsync();

        // The agents are attached, on whichever gateways: they take new work.
        await new Workload(cluster, "after", size.Nodes).StartAsync();
        output.WriteLine($"{acknowledged.Count} acknowledged writes of {size.Writers} writers are all there, and {size.Watches} watches told of each once; {size.Pods} pods on {size.Nodes} nodes are as they were");
    }

    /// <summary>The pods are those that were made at the start; all Ready, none started again.</summary>
    public async Task AssertPodsAsync()
    {
        await Eventually.TrueAsync($"{size.Pods} pods are Ready", async () => await pods.CountReadyAsync() == size.Pods, SettleBound);
        Assert.Equal(uids, await pods.UidsAsync());
        Assert.Equal(0, await pods.RestartsAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await stopWriting.CancelAsync();
        await stopWatching.CancelAsync();
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await fleet.DisposeAsync();
        stopWriting.Dispose();
        stopWatching.Dispose();
    }
}
