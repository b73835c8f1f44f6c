using Grainhouse.Interfaces.Storage;
using Grainhouse.Testing.Postgres;

namespace Grainhouse.Storage.Tests.Postgres;

/// <summary>A commit whose answer is lost on the way is answered with the truth.</summary>
public sealed class PostgresLostAnswerTests
{
    [PostgresFact]
    public async Task Commit_AnswerLostAfterTheCommit_IsToldAsCommittedOnce()
    {
        await using var way = await LinkedStore.OpenAsync();
        way.Link.Hold(answers: true);
        var commit = way.Store.CommitAsync([new StoreWrite("a", 1, new byte[2]), new StoreWrite("b", 7, new byte[2])]);
        await way.CountAsync(2);

        way.Link.CutHeld();

        WriteOutcome[] told = [.. await commit.WaitAsync(TimeSpan.FromSeconds(20))];
        Assert.Equal([new WriteOutcome(true, 2), new WriteOutcome(false, 0)], told);
        Assert.Equal(2L, await PostgresServer.ExecuteAsync(way.Database, "SELECT count(*) FROM grainhouse.log"));
        Assert.Equal([1L, 2L], await way.ToldAsync(2));
    }

    [PostgresFact]
    public async Task Commit_LostBeforeTheServer_IsSentAgainAndCommittedOnce()
    {
        await using var way = await LinkedStore.OpenAsync();
        way.Link.Hold(questions: true);
        var commit = way.Store.CommitAsync([new StoreWrite("a", 1, new byte[2])]);
        await Task.Delay(100);

        way.Link.CutHeld();

        Assert.Equal(new WriteOutcome(true, 2), (await commit.WaitAsync(TimeSpan.FromSeconds(20)))[0]);
        Assert.Equal([1L, 2L], await way.ToldAsync(2));
    }

    [PostgresFact]
    public async Task Commit_ThatReachesTheServerAfterItWasSettled_ChangesNothing()
    {
        await using var way = await LinkedStore.OpenAsync();
        way.Link.Hold(questions: true);
        var commit = way.Store.CommitAsync([new StoreWrite("late", 0, new byte[2])]);
        await Task.Delay(100);
        var deliver = way.Link.CutHeld();
        var outcome = (await commit.WaitAsync(TimeSpan.FromSeconds(20)))[0];
        await way.Store.CommitAsync([StoreWrite.Deletion("late", outcome.Revision)]);

        await deliver().WaitAsync(TimeSpan.FromSeconds(20));

        Assert.True(outcome.Committed);
        Assert.Null(await way.Store.ReadAsync("late"));
        Assert.Equal(3, await way.Store.ReadRevisionAsync());
    }

    [PostgresFact]
    public async Task Close_WithAnAnswerLostForGood_EndsTheWaitWithoutClaimingAnything()
    {
        await using var way = await LinkedStore.OpenAsync();
        way.Link.Hold(answers: true);
        var commit = way.Store.CommitAsync([new StoreWrite("a", 1, new byte[2])]);
        await way.CountAsync(2);
        await way.Link.DisposeAsync();

        await way.Store.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => commit);
    }

    /// <summary>A store of one document, over a link that may fail.</summary>
    private sealed class LinkedStore(string database) : IAsyncDisposable
    {
        public string Database { get; } = database;

        public FaultyLink Link { get; } = new(database);

        public PostgresObjectStore Store { get; private set; } = null!;

        public static async Task<LinkedStore> OpenAsync()
        {
            var opened = new LinkedStore(await (await PostgresServer.SharedAsync()).CreateDatabaseAsync());
            opened.Store = new PostgresObjectStore(new StorageOptions { Database = opened.Link.ConnectionString });
            await opened.Store.OpenAsync();
            await opened.Store.CommitAsync([new StoreWrite("a", 0, new byte[1])]);
            return opened;
        }

        public async Task<IEnumerable<long>> ToldAsync(long last)
        {
            await using var follower = new Follower(Store);
            return (await follower.UpToAsync(last)).Select(change => change.Revision);
        }

        public async Task CountAsync(long revisions)
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while (!revisions.Equals(await PostgresServer.ExecuteAsync(Database, "SELECT count(*) FROM grainhouse.log")))
            {
                await Task.Delay(10, limit.Token);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Store.DisposeAsync();
            await Link.DisposeAsync();
        }
    }
}
