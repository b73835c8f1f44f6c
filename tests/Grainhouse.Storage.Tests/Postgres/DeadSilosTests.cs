using Grainhouse.Storage.Postgres;
using Grainhouse.Storage.Postgres.Clustering;
using Grainhouse.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace Grainhouse.Storage.Tests.Postgres;

/// <summary>Who is found dead by the lock and the session that prove a silo's life.</summary>
public sealed class DeadSilosTests : IAsyncLifetime
{
    private const string Cluster = "grainhouse";
    private const int Active = 3;
    private const int Dead = 6;

    private static readonly MembershipKey Self = new("127.0.0.1", 20_001, 1);
    private static readonly MembershipKey Other = new("127.0.0.1", 20_002, 1);
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(250);

    // Longer than a silent silo is waited for.
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(6);

    private string database = "";

    public async Task InitializeAsync()
    {
        if (PostgresPrograms.SkipReason is not null)
        {
            return;
        }

        database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
        await using var store = new PostgresObjectStore(new StorageOptions { Database = database });
        await store.OpenAsync();
        await PostgresServer.ExecuteAsync(database, $"""
            INSERT INTO grainhouse.membership_version VALUES ('{Cluster}', 0);
            INSERT INTO grainhouse.membership (deployment_id, address, port, generation, silo_name, host_name, status, start_time, i_am_alive_time)
            VALUES ('{Cluster}', '{Other.Address}', {Other.Port}, {Other.Generation}, 'silo', 'host', {Active}, now(), now())
            """);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [PostgresFact]
    public async Task Silo_ThatHoldsItsLockAndSpeaks_Lives()
    {
        await using var presence = await SiloPresence.TakeAsync(database, Other, NullLogger.Instance, CancellationToken.None);

        Assert.False(await DiesAsync(Watched));
    }

    [PostgresFact]
    public async Task Silo_ThatHoldsItsLockAndSaysNothing_IsDead()
    {
        await using var frozen = new NpgsqlConnection(PostgresClustering.ConnectionString(database));
        await frozen.OpenAsync();
        await using var take = new NpgsqlCommand("SELECT pg_advisory_lock(hashtextextended($1, 0))", frozen) { Parameters = { new() { Value = Other.LockName } } };
        await take.ExecuteNonQueryAsync();

        Assert.True(await DiesAsync(Bound));
    }

    [PostgresFact]
    public async Task Silo_WhoseLockIsFreeAndPortClosed_IsDeadAtTheFirstLook()
    {
        Assert.True(await DiesAsync(TimeSpan.Zero));
    }

    /// <summary>Looks at least once, and again until the other silo is dead or the time is up.</summary>
    private async Task<bool> DiesAsync(TimeSpan bound)
    {
        await using var looks = new DeadSilos(database, Cluster, Self, TimeProvider.System, NullLogger.Instance);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        while (true)
        {
            await looks.SweepAsync(CancellationToken.None);
            var status = await PostgresServer.ExecuteAsync(database, "SELECT status FROM grainhouse.membership");
            if (status is not Active || clock.Elapsed >= bound)
            {
                return status is Dead;
            }

            await Task.Delay(Between);
        }
    }
}
