using Xunit.Abstractions;

namespace Grainhouse.Acceptance.Tests.Watches;

/// <summary>A watch under many writers: every change exactly once and in order.</summary>
public sealed class WatchCompletenessTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Writes = 5_000;
    private const int Clients = 32;
    private const int History = 8_000;
    private const string Path = "/api/v1/namespaces/default/configmaps";
    private Cluster cluster = null!;

    // The process runtime: no container is needed here, and so no Docker.
    public async Task InitializeAsync() => cluster = await Cluster.StartAsync(new ClusterSettings { Runtime = "process", History = History });

    public async Task DisposeAsync() => await cluster.DisposeAsync();

    [Fact]
    public async Task Watch_FiveThousandMixedWrites_SeesEveryChangeOnceAndInOrder()
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(120));
        var writers = new MixedWriters(cluster.Api, Path, Clients, Writes);
        using var opened = await cluster.Api.WatchAsync(Path, await cluster.Api.RevisionAsync(Path), bound.Token);
        var watching = WatchLedger.ReadAsync(opened, bound.Token);

        await writers.RunAsync(bound.Token);
        var seen = await watching;
        using var resumed = await cluster.Api.WatchAsync(Path, $"{writers.Halfway}", bound.Token);
        var seenByResumed = await WatchLedger.ReadAsync(resumed, bound.Token);

        output.WriteLine($"{Writes} writes in {writers.Elapsed.TotalSeconds:f1} s; resumed after revision {writers.Halfway}");
        Assert.Equal(Writes, seen.Length);
        Assert.All(seen.Zip(seen.Skip(1)), pair => Assert.True(pair.First.Revision < pair.Second.Revision, $"{pair.First} came before {pair.Second}"));
        Assert.Equal(writers.Changes.OrderBy(change => change.Revision), seen.Where(change => change.Type != "DELETED"));
        Assert.Equal(writers.Deletions.Order(StringComparer.Ordinal), seen.Where(change => change.Type == "DELETED").Select(change => change.Name).Order(StringComparer.Ordinal));
        Assert.Equal(seen.Where(change => change.Revision > writers.Halfway), seenByResumed);
    }

    [Fact]
    public async Task Watch_FromBeforeTheHistoryWindow_IsExpired()
    {
        var old = await cluster.Api.RevisionAsync(Path);
        await new MixedWriters(cluster.Api, Path, Clients, History + Writes).RunAsync(default);

        // Compaction runs beside the writers: the answer comes once it has caught up.
        await Eventually.GetAsync(
            "410 for a revision from before the window",
            () => AskAsync(old),
            seen => seen.Contains("410", StringComparison.Ordinal) && seen.Contains("Expired", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30));
    }

    // Either HTTP 410 or, as client-go also accepts, an ERROR event with a Status of code 410.
    private async Task<string> AskAsync(string revision)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(3));
        using var watch = await cluster.Api.WatchAsync(Path, revision, bound.Token);
        if (watch.StatusCode != 200)
        {
            return $"{watch.StatusCode} {await watch.ReadToEndAsync(bound.Token)}";
        }

        await foreach (var change in watch.EventsAsync(bound.Token))
        {
            return $"{change.Type} {change.Object}";
        }

        return "no event";
    }
}
