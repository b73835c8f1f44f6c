using System.Text;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Tests;

/// <summary>A store and its cache in a directory of their own.</summary>
public sealed class CacheFixture : IAsyncDisposable
{
    private readonly TempDirectory directory = new();

    private CacheFixture(StorageOptions options, TimeProvider time)
    {
        options.Path = directory.File("store.db");
        Store = new SqliteObjectStore(options, time);
        Cache = new ObjectCache(Store, Store, time);
    }

    public SqliteObjectStore Store { get; }

    public ObjectCache Cache { get; }

    public static async Task<CacheFixture> StartAsync(StorageOptions? options = null, TimeProvider? time = null, Func<IObjectStore, Task>? before = null)
    {
        var fixture = new CacheFixture(options ?? new StorageOptions(), time ?? TimeProvider.System);
        await fixture.Store.OpenAsync();
        await (before?.Invoke(fixture.Store) ?? Task.CompletedTask);
        await fixture.Cache.StartAsync();
        return fixture;
    }

    public static byte[] Document(string name, string owner = "", string node = "", string value = "") => Encoding.UTF8.GetBytes(
        $$"""{"kind":"Pod","metadata":{"name":"{{name}}","uid":"{{name}}"{{(owner.Length == 0 ? "" : $$""","ownerReferences":[{"uid":"{{owner}}","controller":true}]""")}}},"spec":{"x":{"nodeName":"no"},"nodeName":"{{node}}"},"value":"{{value}}"}""");

    /// <summary>A write, or with no document a deletion.</summary>
    public static StoreWrite Write(string key, long expected, byte[]? document) =>
        document is null ? StoreWrite.Deletion(key, expected) : new StoreWrite(key, expected, document);

    /// <summary>Writes an object over whatever is there, or deletes it, and waits until the cache shows it.</summary>
    public async Task<long> PutAsync(string key, byte[]? document)
    {
        var current = await Store.ReadAsync(key);
        var outcome = (await Store.CommitAsync([Write(key, current?.Revision ?? 0, document)]))[0];
        Assert.True(outcome.Committed);
        await Cache.WaitForAsync(outcome.Revision).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
        return outcome.Revision;
    }

    /// <summary>Waits until the cache has handed the newest revision to its watches.</summary>
    public async Task SettleAsync()
    {
        // A watch of all resources is told of a write after every narrower one, by the same hand.
        var revision = await Store.ReadRevisionAsync();
        await WatchAsync(revision - 1, 1, null);
    }

    /// <summary>Watches until so many changes were seen.</summary>
    public async Task<List<ObjectChange>> WatchAsync(long after, int count, string? resource = "pods", string? @namespace = null)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var seen = new List<ObjectChange>();
        if (count == 0)
        {
            return seen;
        }

        await foreach (var batch in Cache.WatchAsync(after, resource, @namespace, limit.Token))
        {
            seen.AddRange(batch.Changes);
            if (seen.Count >= count)
            {
                break;
            }
        }

        return seen;
    }

    public async ValueTask DisposeAsync()
    {
        await Cache.DisposeAsync();
        await Store.DisposeAsync();
        directory.Dispose();
    }

    public static ObjectKey Pod(string name, string @namespace = "a") => new("pods", @namespace, name);
}
