using Grainhouse.Interfaces.Storage;
using Grainhouse.Testing.Postgres;

namespace Grainhouse.Storage.Tests.Postgres;

public sealed class PostgresStoreTests : IAsyncLifetime
{
    private readonly ShiftedTime time = new();
    private string database = "";

    public async Task InitializeAsync() => database = PostgresPrograms.SkipReason is null ? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() : "";

    public Task DisposeAsync() => Task.CompletedTask;

    [PostgresFact]
    public async Task Commit_KeyThatTheDatabaseCannotHold_FailsAlone()
    {
        await using var store = await OpenAsync(new());
        var others = Enumerable.Range(0, 20).Select(index => store.CommitAsync([new StoreWrite($"k/{index}", 0, new byte[1])])).ToArray();

        foreach (var key in (string[])["nul\0", "half\ud800", new string('x', 2_001)])
        {
            await Assert.ThrowsAsync<ArgumentException>(() => store.CommitAsync([new StoreWrite(key, 0, new byte[1])]));
            Assert.Null(await store.ReadAsync(key));
        }

        Assert.All(await Task.WhenAll(others), outcomes => Assert.True(outcomes[0].Committed));
        var random = new Random(1);
        var longest = string.Concat(Enumerable.Range(0, 2_000).Select(_ => (char)random.Next('!', '~')));
        Assert.True((await store.CommitAsync([new StoreWrite(longest, 0, new byte[1])]))[0].Committed);
    }

    [PostgresFact]
    public async Task Commit_ManyCallersAtOnce_ShareFlushes()
    {
        await using var store = await OpenAsync(new());

        await Task.WhenAll(Enumerable.Range(0, 2_000).Select(index => store.CommitAsync([new StoreWrite($"k/{index}", 0, new byte[100])])));

        Assert.InRange(store.Transactions, 2, 200);
    }

    [PostgresFact]
    public async Task Feed_CommitWithoutANotification_IsToldAllTheSame()
    {
        await using var store = await OpenAsync(new());
        await using var follower = new Follower(store);
        await store.CommitAsync([new StoreWrite("a", 0, new byte[1])]);

        await PostgresServer.ExecuteAsync(database, """
            BEGIN;
            UPDATE grainhouse.counter SET revision = 2;
            INSERT INTO grainhouse.log VALUES (2, 'b', 'x', 0, 0, 2);
            INSERT INTO grainhouse.head VALUES ('b', 2);
            COMMIT
            """);

        Assert.Equal(["a", "b"], (await follower.UpToAsync(2)).Select(change => change.Key));
    }

    [PostgresFact]
    public async Task Database_ThatWentBack_IsNotWrittenOn()
    {
        await using var store = await OpenAsync(new());
        await store.CommitAsync([new StoreWrite("a", 0, new byte[1]), new StoreWrite("b", 0, new byte[1])]);

        await PostgresServer.ExecuteAsync(database, "UPDATE grainhouse.counter SET revision = 1; DELETE FROM grainhouse.log WHERE revision = 2; DELETE FROM grainhouse.head WHERE revision = 2");

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var error = await Assert.ThrowsAsync<StoreUnavailableException>(async () =>
        {
            while (true)
            {
                await store.ReadRevisionAsync(limit.Token);
                await Task.Delay(50, limit.Token);
            }
        });
        Assert.Contains("went back from revision 2 to 1", error.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.CommitAsync([new StoreWrite("c", 0, new byte[1])]));
    }

    [PostgresFact]
    public async Task Window_PastCountAndAge_IsCompactedForAllSilosAndTellsSo()
    {
        await using var store = await OpenAsync(new() { HistoryMinRevisions = 100, HistoryMinAge = TimeSpan.FromMinutes(10) });
        await WriteAsync(store, 300);
        await store.CompactAsync();
        Assert.Equal(0, store.OldestRevision);
        time.Shift += TimeSpan.FromMinutes(11);
        await WriteAsync(store, 50);

        await store.CompactAsync();

        Assert.Equal(await store.ReadRevisionAsync() - 100, store.OldestRevision);
        await using var other = await OpenAsync(new());
        Assert.Equal(store.OldestRevision, other.OldestRevision);
        var gone = await Assert.ThrowsAsync<RevisionCompactedException>(() => other.ScanAsync("", at: store.OldestRevision - 1));
        Assert.Equal(store.OldestRevision, gone.Oldest);
        await Assert.ThrowsAsync<RevisionCompactedException>(async () => await other.ChangesAsync(store.OldestRevision - 1).GetAsyncEnumerator().MoveNextAsync());
        await CheckHistoryAsync(other);
    }

    [PostgresFact]
    public async Task Window_LargerThanTheBytes_IsCompactedHoweverYoung()
    {
        await using var store = await OpenAsync(new() { HistoryMaxBytes = 600 });
        await WriteAsync(store, 300);

        await store.CompactAsync();

        Assert.InRange(store.OldestRevision, 150, 299);
        await CheckHistoryAsync(store);
    }

    [PostgresFact]
    public async Task Feed_FallenBehindTheHistory_SendsItsFollowersToLoadAgain()
    {
        await using var writer = await OpenAsync(new() { HistoryMinRevisions = 10, HistoryMinAge = TimeSpan.Zero });
        await using var link = new FaultyLink(database);
        await using var reader = await OpenAsync(new() { Database = link.ConnectionString });
        await using var changes = reader.ChangesAsync(0).GetAsyncEnumerator();

        // Only connections that stand can be held: a change has come through them.
        await WriteAsync(writer, 1);
        Assert.True(await changes.MoveNextAsync());
        var next = changes.MoveNextAsync().AsTask();

        // Answers are held while the others move the history on, then the connections end.
        link.Hold(answers: true);
        await WriteAsync(writer, 200);
        await writer.CompactAsync();
        link.CutHeld();

        await Assert.ThrowsAsync<RevisionCompactedException>(() => next.WaitAsync(TimeSpan.FromSeconds(20)));
        await using var follower = reader.ChangesAsync(writer.OldestRevision).GetAsyncEnumerator();
        Assert.True(await follower.MoveNextAsync());
        Assert.Equal(writer.OldestRevision + 1, follower.Current[0].Revision);
    }

    // The state at the start of the history plus its changes is the state now.
    private static async Task CheckHistoryAsync(PostgresObjectStore store)
    {
        var state = (await store.ScanAsync("", at: store.OldestRevision)).Items.ToDictionary(item => item.Key, item => item.Revision);
        foreach (var (change, before) in (await store.ReadHistoryAsync("", store.OldestRevision, long.MaxValue, 10_000)).Changes)
        {
            Assert.Equal(state.GetValueOrDefault(change.Key), change.PreviousRevision);
            Assert.Equal(change.PreviousRevision > 0, before is not null);
            state[change.Key] = change.Document is null ? 0 : change.Revision;
        }

        var now = (await store.ScanAsync("")).Items.ToDictionary(item => item.Key, item => item.Revision);
        Assert.Equal(now, state.Where(pair => pair.Value > 0).ToDictionary());
    }

    // Ten keys in turn: made, replaced, deleted, made again.
    private static async Task WriteAsync(PostgresObjectStore store, int count)
    {
        for (var index = 0; index < count; index++)
        {
            var key = $"k/{index % 10}";
            var current = await store.ReadAsync(key);
            var delete = current is not null && index % 7 == 0;
            await store.CommitAsync([CacheFixture.Write(key, current?.Revision ?? 0, delete ? null : new byte[6])]);
        }
    }

    private async Task<PostgresObjectStore> OpenAsync(StorageOptions options)
    {
        options.Database ??= database;
        var store = new PostgresObjectStore(options, time);
        await store.OpenAsync();
        return store;
    }

    // Only what is written down is shifted: delays go on as they are.
    private sealed class ShiftedTime : TimeProvider
    {
        public TimeSpan Shift { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Shift;
    }
}
