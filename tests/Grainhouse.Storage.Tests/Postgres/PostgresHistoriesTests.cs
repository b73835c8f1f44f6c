using Grainhouse.Interfaces.Storage;
using Grainhouse.Testing.Postgres;

namespace Grainhouse.Storage.Tests.Postgres;

/// <summary>Random histories of two stores on one database, as two silos have it, while connections and the server fail.</summary>
public sealed class PostgresHistoriesTests
{
    [PostgresFact]
    public Task TwoStores_RandomWriters_AgreeWithTheLog() => CheckAsync(cases: 4, async (_, history, random) => await history.CommittedAsync(random.Next(200, 1_000)));

    [PostgresFact]
    public Task TwoStores_ConnectionsTerminated_NothingIsLostDoubledOrToldWrong() => CheckAsync(cases: 3, async (database, history, random) =>
    {
        for (var round = 0; round < 5; round++)
        {
            await history.CommittedAsync(random.Next(20, 200));
            await PostgresServer.TerminateConnectionsAsync(database);
        }

        await history.CommittedAsync(100);
    });

    [PostgresFact]
    public async Task TwoStores_ServerCrashedUnder16Writers_NothingIsLostDoubledOrToldWrong()
    {
        await using var server = await PostgresServer.StartAsync(isDurable: true);
        var database = await server.CreateDatabaseAsync();
        await RunAsync(database, seed: 16, writers: 16, async (history, random) =>
        {
            for (var round = 0; round < 3; round++)
            {
                await history.CommittedAsync(random.Next(50, 500));
                await server.CrashAsync();
                await server.StartAsync();
            }

            await history.CommittedAsync(100);
        });
    }

    private static async Task CheckAsync(int cases, Func<string, RecordedHistory, Random, Task> faults)
    {
        var server = await PostgresServer.SharedAsync();
        await Seeds.CheckAsync(cases, async seed =>
        {
            var database = await server.CreateDatabaseAsync();
            await RunAsync(database, seed, writers: 2 + (seed % 14), (history, random) => faults(database, history, random));
        });
    }

    private static async Task RunAsync(string database, int seed, int writers, Func<RecordedHistory, Random, Task> faults)
    {
        var history = new RecordedHistory();
        await using var one = await OpenAsync(database);
        await using var two = await OpenAsync(database);
        await using var followsOne = new Follower(one);
        await using var followsTwo = new Follower(two);
        var goOn = true;
        var writing = Enumerable.Range(0, writers)
            .Select(index => Task.Run(() => history.WriteAsync(index % 2 == 0 ? one : two, new Random(HashCode.Combine(seed, index)), () => Volatile.Read(ref goOn))))
            .ToArray();
        await faults(history, new Random(seed));
        Volatile.Write(ref goOn, false);
        await Task.WhenAll(writing).WaitAsync(TimeSpan.FromSeconds(30));

        var last = await one.ReadRevisionAsync();
        var log = (await one.ReadHistoryAsync("", 0, long.MaxValue, int.MaxValue)).Changes.Select(logged => logged.Change).ToArray();
        Assert.Equal(Enumerable.Range(1, (int)last).Select(revision => (long)revision), log.Select(change => change.Revision));
        history.Check(log);
        foreach (var follower in (Follower[])[followsOne, followsTwo])
        {
            Assert.Equal(log.Select(Text), (await follower.UpToAsync(last)).Select(Text));
        }
    }

    private static async Task<PostgresObjectStore> OpenAsync(string database)
    {
        var store = new PostgresObjectStore(new StorageOptions { Database = database });
        await store.OpenAsync();
        return store;
    }

    private static string Text(StoreChange change) => $"{change.Revision} {change.Key} {change.PreviousRevision} {(change.Document is { } document ? Convert.ToHexString(document.Span) : "-")}";
}
