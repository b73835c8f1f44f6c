using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Tests;

/// <summary>Random histories: what a watch tells, applied to the list it started from, is what the cache lists.</summary>
public sealed class ObjectCacheHistoryTests
{
    private static readonly string[] Resources = ["pods", "nodes", "replicasets.apps"];
    private static readonly string[] Namespaces = ["a", "a-b", "b"];

    [Fact]
    public Task ListThenWatch_RandomHistories_AgreeWithTheCacheAndItsIndexes() => Seeds.CheckAsync(12, CheckAsync);

    private static async Task CheckAsync(int seed)
    {
        await using var fixture = await CacheFixture.StartAsync(before: store => WriteAsync(store, new Random(seed), 40));
        var random = new Random(seed + 1);
        var writers = Enumerable.Range(2, 4).Select(index => WriteAsync(fixture.Store, new Random(seed + index), 60)).ToArray();
        var watches = Enumerable.Range(0, 8).Select(_ => Scope(random)).Select(scope => FollowAsync(fixture, scope.Resource, scope.Namespace)).ToArray();
        await Task.WhenAll(writers);

        // The last write of every scope: a watch that has seen it has seen everything.
        foreach (var key in Resources.SelectMany(resource => Namespaces.Select(name => $"{resource}/{name}/last")))
        {
            await fixture.PutAsync(key, CacheFixture.Document("last"));
        }

        await Task.WhenAll(watches);
        CheckIndexes(fixture.Cache);
    }

    private static async Task FollowAsync(CacheFixture fixture, string resource, string? @namespace)
    {
        var list = fixture.Cache.List(resource, @namespace);
        var model = list.Items.ToDictionary(item => item.Key);
        var revision = list.Revision;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var batch in fixture.Cache.WatchAsync(list.Revision, resource, @namespace, limit.Token))
        {
            foreach (var change in batch.Changes)
            {
                Assert.True(change.Object.Revision > revision);
                revision = change.Object.Revision;
                Apply(model, change);
            }

            if (model.Keys.Count(key => key.Name == "last") == (@namespace is null ? Namespaces.Length : 1))
            {
                break;
            }
        }

        await fixture.Cache.CatchUpAsync();
        Assert.Equal(
            fixture.Cache.List(resource, @namespace).Items.Select(item => item.ToString()).Order(StringComparer.Ordinal),
            model.Values.Select(item => item.ToString()).Order(StringComparer.Ordinal));
    }

    private static void Apply(Dictionary<ObjectKey, KubeObject> model, ObjectChange change)
    {
        Assert.Equal(model.GetValueOrDefault(change.Object.Key)?.Revision, change.Previous?.Revision);
        Assert.Equal(change.Kind == ChangeKind.Added, change.Previous is null);
        if (change.Kind == ChangeKind.Deleted)
        {
            model.Remove(change.Object.Key);
        }
        else
        {
            model[change.Object.Key] = change.Object;
        }
    }

    private static void CheckIndexes(ObjectCache cache)
    {
        var all = Resources.SelectMany(resource => cache.List(resource).Items).ToArray();
        foreach (var name in (string[])["o0", "o1", "o2"])
        {
            Assert.Equal(Texts(all.Where(item => item.Header.Owners.Any(owner => owner.Uid == name))), Texts(cache.OwnedBy(name)));
        }

        foreach (var name in (string[])["n0", "n1"])
        {
            Assert.Equal(Texts(all.Where(item => item.Key.Resource == "pods" && item.Header.NodeName == name)), Texts(cache.PodsOnNode(name)));
        }
    }

    private static IEnumerable<string> Texts(IEnumerable<KubeObject> items) => items.Select(item => item.ToString()).Order(StringComparer.Ordinal);

    private static (string Resource, string? Namespace) Scope(Random random) =>
        (Resources[random.Next(Resources.Length)], random.Next(2) == 0 ? null : Namespaces[random.Next(Namespaces.Length)]);

    private static async Task WriteAsync(IObjectStore store, Random random, int rounds)
    {
        for (var round = 0; round < rounds; round++)
        {
            var key = $"{Resources[random.Next(3)]}/{Namespaces[random.Next(3)]}/{random.Next(4)}";
            var owner = random.Next(3) == 0 ? "" : $"o{random.Next(3)}";
            var node = random.Next(3) == 0 ? "" : $"n{random.Next(2)}";
            var document = random.Next(4) == 0 ? null : CacheFixture.Document("x", owner, node, $"{round}");
            await store.CommitAsync(
            [
                CacheFixture.Write(key, (await store.ReadAsync(key))?.Revision ?? 0, document),
                new StoreWrite($"_x/{Guid.NewGuid()}", 0, new byte[1]),
            ]);
        }
    }
}
