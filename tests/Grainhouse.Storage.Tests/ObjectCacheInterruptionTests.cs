using Grainhouse.Interfaces.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Grainhouse.Storage.Tests;

public sealed class ObjectCacheInterruptionTests : IAsyncLifetime, IDisposable
{
    private readonly TempDirectory directory = new();
    private readonly FakeTimeProvider time = new();
    private SqliteObjectStore inner = null!;
    private InterruptedStore store = null!;
    private ObjectCache cache = null!;

    public async Task InitializeAsync()
    {
        inner = new SqliteObjectStore(new StorageOptions { Path = directory.File("store.db") });
        await inner.OpenAsync();
        store = new InterruptedStore(inner);
        cache = new ObjectCache(store, inner, time);
        await cache.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await cache.DisposeAsync();
        await inner.DisposeAsync();
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task Feed_CompactedAwayUnderTheCache_IsLoadedAgainAndWatchesMissNothing()
    {
        await using var watch = cache.WatchAsync(0, "pods", null).GetAsyncEnumerator();
        var next = watch.MoveNextAsync().AsTask();
        store.Interrupt(new RevisionCompactedException(0, 1));
        await store.Resumed.Task;
        await PutAsync("a");
        await PutAsync("b");

        await cache.WaitForAsync(2).AsTask().WaitAsync(TimeSpan.FromSeconds(10));

        var seen = new List<string>();
        while (seen.Count < 2)
        {
            Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(10)));
            seen.AddRange(watch.Current.Changes.Select(change => change.Object.Key.Name));
            next = seen.Count < 2 ? watch.MoveNextAsync().AsTask() : next;
        }

        Assert.Equal(["a", "b"], seen);
        Assert.Equal(["a", "b"], cache.List("pods").Items.Select(item => item.Key.Name));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Feed_ThatFails_IsTakenUpAgainAfterADelay(bool expected)
    {
        Exception error = expected ? new StoreUnavailableException("The disk is away.") : new InvalidOperationException("A fault.");
        await PutAsync("a");
        await cache.WaitForAsync(1);
        store.Interrupt(error);
        await store.Resumed.Task;
        var outcome = await PutAsync("b");

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var shown = cache.WaitForAsync(outcome, limit.Token).AsTask();
        while (!shown.IsCompleted)
        {
            // Again and again, because the delay may begin after the clock was moved.
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await shown;

        Assert.Equal(["a", "b"], cache.List("pods").Items.Select(item => item.Key.Name));
    }

    private async Task<long> PutAsync(string name) =>
        (await store.CommitAsync([new StoreWrite($"pods/a/{name}", 0, CacheFixture.Document(name))]))[0].Revision;
}
