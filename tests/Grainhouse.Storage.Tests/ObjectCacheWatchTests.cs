using Grainhouse.Interfaces.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Grainhouse.Storage.Tests;

public sealed class ObjectCacheWatchTests
{
    [Fact]
    public async Task Watch_TellsKindObjectAndPrevious()
    {
        await using var fixture = await CacheFixture.StartAsync();
        var watching = fixture.WatchAsync(0, 3);
        var one = await fixture.PutAsync("pods/a/x", CacheFixture.Document("x", value: "1"));
        var two = await fixture.PutAsync("pods/a/x", CacheFixture.Document("x", value: "2"));
        var three = await fixture.PutAsync("pods/a/x", null);

        var live = await watching;

        Assert.Equal([ChangeKind.Added, ChangeKind.Modified, ChangeKind.Deleted], live.Select(change => change.Kind));
        Assert.Equal([one, two, three], live.Select(change => change.Object.Revision));
        Assert.Equal([null, one, two], live.Select(change => change.Previous?.Revision));
        Assert.Equal(CacheFixture.Document("x", value: "2"), live[2].Object.Document.ToArray());
    }

    [Fact]
    public async Task Watch_FromTheLog_TellsTheSameAsFromMemory()
    {
        await using var fixture = await CacheFixture.StartAsync(before: async store =>
        {
            await store.CommitAsync([new StoreWrite("pods/a/x", 0, CacheFixture.Document("x", value: "1")), new StoreWrite("pods/b/x", 0, CacheFixture.Document("x"))]);
            await store.CommitAsync([new StoreWrite("pods/a/x", 1, CacheFixture.Document("x", value: "2")), new StoreWrite("_grains/x", 0, new byte[1])]);
            await store.CommitAsync([new StoreWrite("pods/a/x", 3, null)]);
        });

        var seen = await fixture.WatchAsync(0, 3, "pods", "a");
        var rest = await fixture.WatchAsync(3, 1, null);

        Assert.Equal([ChangeKind.Added, ChangeKind.Modified, ChangeKind.Deleted], seen.Select(change => change.Kind));
        Assert.Equal([null, 1L, 3L], seen.Select(change => change.Previous?.Revision));
        Assert.Equal(5, seen[2].Object.Revision);
        Assert.Equal(CacheFixture.Document("x", value: "2"), seen[2].Object.Document.ToArray());
        Assert.Equal([5L], rest.Select(change => change.Object.Revision));
    }

    [Fact]
    public async Task Watch_OtherResourcesAndNamespaces_AreNotTold()
    {
        await using var fixture = await CacheFixture.StartAsync();
        var watching = fixture.WatchAsync(0, 2, "pods", "a");
        await fixture.Store.CommitAsync(
        [
            new StoreWrite("pods/b/x", 0, CacheFixture.Document("x")), new StoreWrite("pods/a/x", 0, CacheFixture.Document("x")),
            new StoreWrite("nodes//a", 0, CacheFixture.Document("a")), new StoreWrite("secrets/a/x", 0, CacheFixture.Document("x")),
        ]);
        await fixture.PutAsync("pods/b/y", CacheFixture.Document("y"));
        await fixture.PutAsync("pods/a/y", CacheFixture.Document("y"));

        Assert.Equal(["x", "y"], (await watching).Select(change => change.Object.Key.Name));
    }

    [Fact]
    public async Task Watch_BeforeTheHistory_IsCompacted()
    {
        await using var fixture = await CacheFixture.StartAsync(new StorageOptions { HistoryMinRevisions = 1, HistoryMinAge = TimeSpan.Zero }, before: async store =>
        {
            for (var index = 0; index < 600; index++)
            {
                await store.CommitAsync([new StoreWrite($"pods/a/{index}", 0, CacheFixture.Document("x"))]);
            }
        });

        await Assert.ThrowsAsync<RevisionCompactedException>(() => fixture.WatchAsync(1, 1));
        Assert.NotEmpty(await fixture.WatchAsync(fixture.Store.OldestRevision, 1));
    }

    [Fact]
    public async Task Watch_Idle_HearsOfOtherWritesSeldomAndInAnEmptyBatch()
    {
        var time = new FakeTimeProvider();
        await using var fixture = await CacheFixture.StartAsync(time: time);
        await using var watch = fixture.Cache.WatchAsync(0, "pods", null).GetAsyncEnumerator();
        var next = watch.MoveNextAsync().AsTask();
        await fixture.PutAsync("nodes//n1", CacheFixture.Document("n1"));
        var last = await fixture.PutAsync("nodes//n2", CacheFixture.Document("n2"));
        await fixture.SettleAsync();
        Assert.False(next.IsCompleted);

        time.Advance(TimeSpan.FromSeconds(1));

        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(last, watch.Current.Revision);
        Assert.Empty(watch.Current.Changes);
        next = watch.MoveNextAsync().AsTask();
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(next.IsCompleted);
        await fixture.PutAsync("pods/a/x", CacheFixture.Document("x"));
        Assert.True(await next.WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Single(watch.Current.Changes);
    }

    [Fact]
    public async Task Watch_ResumedAnywhere_SeesEveryLaterChangeOnceAndInOrder()
    {
        await using var fixture = await CacheFixture.StartAsync();
        var writers = Enumerable.Range(0, 16).Select(writer => WriteAsync(fixture, writer)).ToArray();
        var live = Enumerable.Range(0, 20).Select(_ => fixture.WatchAsync(0, 16 * 100)).ToArray();
        await Task.WhenAll(writers);
        var expected = (await fixture.Store.ReadHistoryAsync("pods/", 0, long.MaxValue, 10_000)).Changes.Select(entry => entry.Change.Revision).ToArray();

        foreach (var seen in await Task.WhenAll(live))
        {
            Assert.Equal(expected, seen.Select(change => change.Object.Revision));
        }

        foreach (var after in (int[])[0, 1, 7, 333, 800, 1_598])
        {
            var resumed = await fixture.WatchAsync(expected[after], expected.Length - after - 1);
            Assert.Equal(expected[(after + 1)..], resumed.Select(change => change.Object.Revision));
        }
    }

    [Fact]
    public async Task Watch_SlowReader_FallsBackToTheLogAndMissesNothing()
    {
        await using var fixture = await CacheFixture.StartAsync();
        await using var watch = fixture.Cache.WatchAsync(0, "pods", null).GetAsyncEnumerator();
        var next = watch.MoveNextAsync();
        for (var index = 0; index < 60; index++)
        {
            await fixture.PutAsync($"pods/a/{index % 3}", CacheFixture.Document("x", value: new string('x', 1 << 20)));
        }

        var seen = new List<long>();
        await next;
        do
        {
            seen.AddRange(watch.Current.Changes.Select(change => change.Object.Revision));
        }
        while (seen.Count < 60 && await watch.MoveNextAsync());

        Assert.Equal(Enumerable.Range(1, 60).Select(index => (long)index), seen);
    }

    private static async Task WriteAsync(CacheFixture fixture, int writer)
    {
        var revision = 0L;
        for (var index = 0; index < 100; index++)
        {
            var document = index % 5 == 4 ? null : CacheFixture.Document($"{writer}", value: $"{index}");
            var outcome = (await fixture.Store.CommitAsync([CacheFixture.Write($"pods/a/{writer}", revision, document), new StoreWrite($"_x/{writer}/{index}", 0, new byte[1])]))[0];
            Assert.True(outcome.Committed);
            revision = document is null ? 0 : outcome.Revision;
        }
    }
}
