using System.Diagnostics;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Testing.Postgres;

namespace Grainhouse.Storage.Tests.Postgres;

/// <summary>A database that goes away for longer than callers wait.</summary>
public sealed class PostgresAwayTests
{
    [PostgresFact]
    public async Task Database_Away_CallsAreUnavailableAndGoOnWhenItIsBack()
    {
        await using var server = await PostgresServer.StartAsync(isDurable: false);
        await using var store = new PostgresObjectStore(new StorageOptions { Database = await server.CreateDatabaseAsync() });
        await store.OpenAsync();
        await using var follower = new Follower(store);
        await CommitAsync(store, "a");
        await server.CrashAsync();

        // What is committed right behind another is sent without a look whether the connection still stands, and then waits for the truth.
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        StoreUnavailableException first;
        TimeSpan refusing;
        try
        {
            first = await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(store, "b"));
            var watch = Stopwatch.StartNew();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(store, "c"));
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadAsync("a"));
            await Assert.ThrowsAsync<StoreUnavailableException>(async () => await store.ReadRevisionAsync());
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ScanAsync(""));
            refusing = watch.Elapsed;
        }
        finally
        {
            // The store's end waits for the word on what it had sent: without a database a test that fails would never end.
            await server.StartAsync();
        }

        var revision = await UntilBackAsync(store);
        Assert.Contains("away", first.Message, StringComparison.Ordinal);
        Assert.True(refusing < TimeSpan.FromSeconds(2), $"Four calls took {refusing} though the database was known to be away.");
        Assert.Null(await store.ReadAsync("b"));
        Assert.Null(await store.ReadAsync("c"));
        Assert.Equal(["a", "d"], (await follower.UpToAsync(revision)).Select(change => change.Key));
    }

    private static async Task<long> UntilBackAsync(PostgresObjectStore store)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (true)
        {
            try
            {
                return await CommitAsync(store, "d");
            }
            catch (StoreUnavailableException)
            {
                await Task.Delay(50, limit.Token);
            }
        }
    }

    private static async Task<long> CommitAsync(PostgresObjectStore store, string key) =>
        (await store.CommitAsync([new StoreWrite(key, 0, new byte[1])]))[0].Revision;
}
