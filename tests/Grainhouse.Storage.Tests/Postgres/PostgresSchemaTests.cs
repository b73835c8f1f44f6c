using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Postgres;
using Grainhouse.Testing.Postgres;
using Npgsql;

namespace Grainhouse.Storage.Tests.Postgres;

public sealed class PostgresSchemaTests : IAsyncLifetime
{
    private string database = "";

    public async Task InitializeAsync() => database = PostgresPrograms.SkipReason is null ? await (await PostgresServer.SharedAsync()).CreateDatabaseAsync() : "";

    public Task DisposeAsync() => Task.CompletedTask;

    [PostgresFact]
    public async Task Open_ManySilosAtOnce_MakeTheTablesOnce()
    {
        var stores = Enumerable.Range(0, 6).Select(_ => Store()).ToArray();

        await Task.WhenAll(stores.Select(store => store.OpenAsync()));

        var outcomes = await Task.WhenAll(stores.Select((store, index) => store.CommitAsync([new StoreWrite($"{index}", 0, new byte[1])])));
        Assert.Equal([1, 2, 3, 4, 5, 6], outcomes.Select(outcome => outcome[0].Revision).Order());
        foreach (var store in stores)
        {
            await store.DisposeAsync();
        }
    }

    [PostgresFact]
    public async Task Open_NewerSchemaThatOnlyAdds_IsUsedAndOlderIsMigrated()
    {
        await OpenAndCloseAsync(PostgresSchema.Steps.Take(1));
        await OpenAndCloseAsync(PostgresSchema.Steps);
        await OpenAndCloseAsync([.. PostgresSchema.Steps, "CREATE TABLE grainhouse.added (x integer)"]);

        await OpenAndCloseAsync(PostgresSchema.Steps);

        Assert.Equal(4L, await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM grainhouse.log"));
    }

    [PostgresFact]
    public async Task Open_NewerSchemaThatTakesAway_IsRefused()
    {
        await OpenAndCloseAsync(PostgresSchema.Steps);
        await OpenAndCloseAsync([.. PostgresSchema.Steps, "UPDATE grainhouse.meta SET value = 99 WHERE name = 'needs'"]);

        var error = await Assert.ThrowsAsync<StorageStartException>(() => Store().OpenAsync());

        Assert.Contains("newer Grainhouse", error.Message, StringComparison.Ordinal);
        Assert.Equal(2L, await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM grainhouse.log"));
    }

    [PostgresFact]
    public async Task Migration_ThatFails_LeavesTheDatabaseAtItsVersion()
    {
        await OpenAndCloseAsync(PostgresSchema.Steps);

        await Assert.ThrowsAsync<StorageStartException>(() => Store([.. PostgresSchema.Steps, "CREATE TABLE grainhouse.added (x integer); SELECT nonsense"]).OpenAsync());

        await OpenAndCloseAsync(PostgresSchema.Steps);
        Assert.Null(await PostgresServer.ExecuteAsync(database, "SELECT 1 FROM pg_tables WHERE tablename = 'added'"));
    }

    [PostgresFact]
    public async Task Open_ASchemaOfAnotherProgram_IsRefused()
    {
        await PostgresServer.ExecuteAsync(database, "CREATE SCHEMA grainhouse");

        var error = await Assert.ThrowsAsync<StorageStartException>(() => Store().OpenAsync());
        Assert.Contains("not a Grainhouse store", error.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Open_DatabaseThatIsNotThere_IsRefusedAtOnceWithoutThePassword()
    {
        var other = new NpgsqlConnectionStringBuilder(database) { Database = "nowhere", Password = "secret" }.ConnectionString;

        var error = await Assert.ThrowsAsync<StorageStartException>(() => new PostgresObjectStore(new StorageOptions { Database = other }).OpenAsync());

        Assert.Contains("nowhere", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.ToString(), StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Open_RoleWithOtherDefaults_StillCommitsDurablyAndInOrder()
    {
        await PostgresServer.ExecuteAsync(database, """
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET synchronous_commit = off', current_database()); END $$;
            DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = ''serializable''', current_database()); END $$;
            """);
        await OpenAndCloseAsync([PostgresSchema.Steps[0] + "CREATE TABLE grainhouse.seen (setting text); CREATE FUNCTION grainhouse.see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO grainhouse.seen VALUES (current_setting('synchronous_commit') || ' ' || current_setting('transaction_isolation')); RETURN NULL; END $$; CREATE TRIGGER see AFTER INSERT ON grainhouse.log EXECUTE FUNCTION grainhouse.see()"]);

        Assert.Equal("on read committed", await PostgresServer.ExecuteAsync(database, "SELECT setting FROM grainhouse.seen"));
    }

    private PostgresObjectStore Store(IReadOnlyList<string>? steps = null) =>
        new(new StorageOptions { Database = database }, null, null, steps ?? PostgresSchema.Steps);

    private async Task OpenAndCloseAsync(IEnumerable<string> steps)
    {
        await using var store = Store([.. steps]);
        await store.OpenAsync();
        Assert.True((await store.CommitAsync([new StoreWrite($"{Guid.NewGuid()}", 0, new byte[1])]))[0].Committed);
    }
}
