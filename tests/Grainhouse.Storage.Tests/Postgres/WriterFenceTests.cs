using System.Text;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Postgres.Clustering;
using Grainhouse.Testing.Postgres;

namespace Grainhouse.Storage.Tests.Postgres;

/// <summary>A silo that the membership table has as dead commits nothing any more, whatever it still believes.</summary>
public sealed class WriterFenceTests : IAsyncLifetime
{
    private static readonly MembershipKey Condemned = new("10.0.0.1", 11111, 7);
    private static readonly MembershipKey Other = new("10.0.0.1", 11111, 8);

    private string database = "";

    public async Task InitializeAsync() => database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();

    public Task DisposeAsync() => Task.CompletedTask;

    [PostgresFact]
    public async Task Commit_OfASiloThatIsMarkedDead_IsRefusedEvenForNewKeys()
    {
        await using var condemned = await OpenAsync(Condemned);
        await using var other = await OpenAsync(Other);
        await CommitAsync(condemned, "before");

        await MarkDeadAsync(Condemned);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(condemned, "after"));
        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(condemned, "again"));
        Assert.Null(await other.ReadAsync("after"));
        Assert.NotNull(await condemned.ReadAsync("before"));
        Assert.True((await CommitAsync(other, "after")).Committed);
    }

    [PostgresFact]
    public async Task Commit_OfASiloThatHadNotWrittenYet_IsRefusedAfterItsDeath()
    {
        await using var condemned = await OpenAsync(Condemned);

        await MarkDeadAsync(Condemned);

        await Assert.ThrowsAsync<StoreUnavailableException>(() => CommitAsync(condemned, "first"));
        Assert.Null(await condemned.ReadAsync("first"));
    }

    private async Task<PostgresObjectStore> OpenAsync(MembershipKey silo)
    {
        var store = new PostgresObjectStore(new StorageOptions { Database = database });
        await store.OpenAsync();
        await store.EnterAsync(silo, CancellationToken.None);
        await PostgresServer.ExecuteAsync(
            database,
            $"""
            INSERT INTO grainhouse.membership_version VALUES ('test', 0) ON CONFLICT DO NOTHING;
            INSERT INTO grainhouse.membership VALUES ('test', '{silo.Address}', {silo.Port}, {silo.Generation}, 'silo', 'host', 3, 0, NULL, now(), now());
            """);
        return store;
    }

    private Task<object?> MarkDeadAsync(MembershipKey silo) =>
        PostgresServer.ExecuteAsync(database, $"UPDATE grainhouse.membership SET status = 6 WHERE port = {silo.Port} AND generation = {silo.Generation}");

    private static async Task<WriteOutcome> CommitAsync(PostgresObjectStore store, string key) =>
        (await store.CommitAsync([new StoreWrite(key, 0, Encoding.UTF8.GetBytes("{}"))]))[0];
}
