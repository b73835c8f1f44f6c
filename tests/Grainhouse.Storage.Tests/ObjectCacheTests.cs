using System.Text;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Tests;

public sealed class ObjectCacheTests
{
    [Fact]
    public async Task Start_LoadsObjectsAndLeavesInternalKeysOut()
    {
        await using var fixture = await CacheFixture.StartAsync(before: async store =>
        {
            await store.CommitAsync([new StoreWrite("pods/a/x", 0, CacheFixture.Document("x")), new StoreWrite("_grains/s/1", 0, new byte[3])]);
            await store.CommitAsync([.. Enumerable.Range(0, 4_500).Select(index => new StoreWrite($"pods/b/{index:d5}", 0, CacheFixture.Document("x")))]);
        });

        Assert.Equal(4_501, fixture.Cache.List("pods").Items.Count);
        Assert.Equal(await fixture.Store.ReadRevisionAsync(), fixture.Cache.Revision);
        Assert.Empty(fixture.Cache.List("_grains").Items);
        await fixture.PutAsync("_grains/s/2", new byte[3]);
        await fixture.PutAsync("not-a-key", new byte[3]);
        Assert.Empty(fixture.Cache.List("_grains").Items);
    }

    [Fact]
    public async Task List_IsInKeyOrderAsTheStoreHasIt()
    {
        await using var fixture = await CacheFixture.StartAsync();
        foreach (var key in (string[])["pods/a/y", "pods/a-b/x", "pods/a/x", "pods/a.b/x", "pods/b/x", "pods/a0/x", "nodes//n"])
        {
            await fixture.PutAsync(key, CacheFixture.Document("x"));
        }

        var scanned = (await fixture.Store.ScanAsync("pods/")).Items.Select(item => item.Key);

        Assert.Equal(scanned, fixture.Cache.List("pods").Items.Select(item => item.Key.ToString()));
        Assert.Equal(["x", "y"], fixture.Cache.List("pods", "a").Items.Select(item => item.Key.Name));
        Assert.Equal(["n"], fixture.Cache.List("nodes", "").Items.Select(item => item.Key.Name));
    }

    [Fact]
    public async Task List_IsASnapshot()
    {
        await using var fixture = await CacheFixture.StartAsync();
        await fixture.PutAsync("pods/a/x", CacheFixture.Document("x", value: "1"));
        var before = fixture.Cache.List("pods");
        var beforeHere = fixture.Cache.List("pods", "a");

        await fixture.PutAsync("pods/a/x", CacheFixture.Document("x", value: "2"));
        await fixture.PutAsync("pods/a/y", CacheFixture.Document("y"));
        await fixture.PutAsync("pods/a/x", null);

        Assert.Equal(["x@1"], before.Items.Select(item => $"{item.Key.Name}@{item.Revision}"));
        Assert.Single(beforeHere.Items);
        Assert.Equal(["y"], fixture.Cache.List("pods", "a").Items.Select(item => item.Key.Name));
        Assert.Null(fixture.Cache.Get(CacheFixture.Pod("x")));
        Assert.NotNull(fixture.Cache.Get(CacheFixture.Pod("y")));
    }

    [Fact]
    public async Task Indexes_FollowOwnersAndNodes()
    {
        await using var fixture = await CacheFixture.StartAsync();
        await fixture.PutAsync("pods/a/x", CacheFixture.Document("x", owner: "rs"));
        await fixture.PutAsync("pods/a/y", CacheFixture.Document("y", owner: "rs", node: "n1"));
        await fixture.PutAsync("events/a/e", CacheFixture.Document("e", node: "n1"));
        Assert.Equal(["x", "y"], Names(fixture.Cache.OwnedBy("rs")));

        await fixture.PutAsync("pods/a/x", CacheFixture.Document("x", owner: "other", node: "n1"));
        Assert.Equal(["y"], Names(fixture.Cache.OwnedBy("rs")));
        Assert.Equal(["x"], Names(fixture.Cache.OwnedBy("other")));
        Assert.Equal(["x", "y"], Names(fixture.Cache.PodsOnNode("n1")));

        await fixture.PutAsync("pods/a/y", null);
        Assert.Empty(fixture.Cache.OwnedBy("rs"));
        Assert.Equal(["x"], Names(fixture.Cache.PodsOnNode("n1")));
        Assert.Equal(5, fixture.Cache.Revision);
    }

    [Fact]
    public async Task WaitFor_RevisionThatIsThere_IsDoneAtOnce()
    {
        await using var fixture = await CacheFixture.StartAsync();
        var revision = await fixture.PutAsync("pods/a/x", CacheFixture.Document("x"));

        Assert.True(fixture.Cache.WaitForAsync(revision).AsTask().IsCompletedSuccessfully);
        Assert.False(fixture.Cache.WaitForAsync(revision + 1).AsTask().IsCompleted);
        using var cancelled = new CancellationTokenSource();
        var wait = fixture.Cache.WaitForAsync(revision + 9, cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    [Fact]
    public async Task CatchUp_ShowsEverythingThatWasCommittedBefore()
    {
        await using var fixture = await CacheFixture.StartAsync();
        for (var index = 0; index < 200; index++)
        {
            var outcome = (await fixture.Store.CommitAsync([new StoreWrite($"pods/a/{index}", 0, CacheFixture.Document("x"))]))[0];
            Assert.True(await fixture.Cache.CatchUpAsync() >= outcome.Revision);
            Assert.NotNull(fixture.Cache.Get(CacheFixture.Pod($"{index}")));
        }
    }

    [Fact]
    public async Task Document_ThatIsNotJson_IsShownAndCanBeDeleted()
    {
        await using var fixture = await CacheFixture.StartAsync();
        await fixture.PutAsync("pods/a/x", Encoding.UTF8.GetBytes("{nonsense"));

        Assert.NotNull(fixture.Cache.Get(CacheFixture.Pod("x")));
        await fixture.PutAsync("pods/a/x", null);
        Assert.Null(fixture.Cache.Get(CacheFixture.Pod("x")));
    }

    private static IEnumerable<string> Names(IEnumerable<Interfaces.Objects.KubeObject> items) => items.Select(item => item.Key.Name).Order(StringComparer.Ordinal);
}
