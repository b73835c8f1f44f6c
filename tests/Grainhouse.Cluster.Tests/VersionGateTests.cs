using Npgsql;

namespace Grainhouse.Cluster.Tests;

/// <summary>Real silos beside one of a version that is not made yet: all that others see of it is its lock and its row.</summary>
public sealed class VersionGateTests : IDisposable
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory home = new();

    public void Dispose() => home.Dispose();

    [PostgresFact]
    public async Task ASilo_BesideOneThatSpeaksAnotherProtocol_DoesNotJoinAndSaysWhy()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var member = new Silo(home.Path, database);
        member.Launch();
        await member.ReadyAsync();
        await using (await LiveAsync(database, newest: 3, oldest: 2))
        {
            var data = Path.Combine(home.Path, "late");
            var refused = (await Command.RunAsync(
                Repository.Executable, ["silo", "--data", data, "--port", $"{FreePort.Next()}", "--database", database], timeout: Bound)).Failed();

            Assert.StartsWith("grainhouse: This silo (0.1.0, cluster protocol 1) cannot work with 10.9.8.7:1 (9.9.0, protocol 2 to 3) of the running cluster.", refused, StringComparison.Ordinal);
            Assert.Contains("Start the version that the others have", refused, StringComparison.Ordinal);
            Assert.Equal(1L, await CountActiveAsync(database));
            Assert.True(await member.AnswersAsync("/readyz"));
        }
    }

    [PostgresFact]
    public async Task ASilo_BesideOneOfTheNextVersion_Joins()
    {
        var database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var first = new Silo(home.Path, database);
        first.Launch();
        await first.ReadyAsync();
        await using (await LiveAsync(database, newest: 2, oldest: 1))
        {
            await using var second = new Silo(home.Path, database);
            second.Launch();
            await second.ReadyAsync();
            await Eventually.TrueAsync("both are active", async () => await CountActiveAsync(database) == 2, Bound);
        }
    }

    // A silo of a future version that has just said what it speaks and is about to join.
    private static async Task<NpgsqlConnection> LiveAsync(string database, int newest, int oldest)
    {
        await PostgresServer.ExecuteAsync(database, $"INSERT INTO grainhouse.silo_versions VALUES ('grainhouse', '10.9.8.7', 1, 7, '9.9.0', {newest}, {oldest})");
        var session = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await session.OpenAsync();
        await using var take = new NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended('10.9.8.7:1@7', 0))", session);
        await take.ExecuteNonQueryAsync();
        return session;
    }

    private static async Task<long> CountActiveAsync(string database) =>
        (long)(await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM grainhouse.membership WHERE status = 3"))!;
}
