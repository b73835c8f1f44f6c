using Grainhouse.Interfaces.Versions;
using Grainhouse.Storage.Postgres;
using Grainhouse.Storage.Postgres.Clustering;
using Grainhouse.Testing.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.Storage.Tests.Postgres;

public sealed class SiloVersionsTests : IAsyncLifetime
{
    private const string Cluster = "grainhouse";

    private readonly List<SiloPresence> alive = [];
    private string database = "";
    private int silos;

    public async Task InitializeAsync()
    {
        if (PostgresPrograms.SkipReason is null)
        {
            database = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync();
            await using var store = new PostgresObjectStore(new StorageOptions { Database = database });
            await store.OpenAsync();
        }
    }

    public async Task DisposeAsync()
    {
        foreach (var presence in alive)
        {
            await presence.DisposeAsync();
        }
    }

    [PostgresFact]
    public async Task Claim_OfNeighbouringVersions_WorksOneByOne()
    {
        var old = await JoinAsync(new(1, 1));
        await JoinAsync(new(2, 1));
        var refused = await Assert.ThrowsAsync<IncompatibleSiloException>(() => JoinAsync(new(3, 2)));

        Assert.Contains("protocol 2 to 3", refused.Message, StringComparison.Ordinal);
        Assert.Contains($"{old.LockName.Split('@')[0]} (0.1.0, protocol 1)", refused.Message, StringComparison.Ordinal);
        Assert.Contains("Upgrade those first", refused.Message, StringComparison.Ordinal);
        await EndAsync(old);
        await JoinAsync(new(3, 2));
    }

    [PostgresFact]
    public async Task Claim_OfAnOlderVersionThanTheCluster_IsToldToUseTheOthers()
    {
        await JoinAsync(new(3, 2));

        var refused = await Assert.ThrowsAsync<IncompatibleSiloException>(() => JoinAsync(new(1, 1)));

        Assert.Contains("Start the version that the others have", refused.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Claim_OfTwoThatStartAtOnce_LetsInOneKindOnly()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 12).Select(async index =>
        {
            ProtocolRange speaks = index % 2 == 0 ? new(1, 1) : new(2, 2);
            try
            {
                await JoinAsync(speaks);
                return (speaks, IsIn: true);
            }
            catch (IncompatibleSiloException)
            {
                return (speaks, IsIn: false);
            }
        }));

        Assert.Single(results.Where(result => result.IsIn).Select(result => result.speaks).Distinct());
        Assert.Equal(6, results.Count(result => result.IsIn));
    }

    [PostgresFact]
    public async Task Claim_BesideAMemberThatLostItsLock_StillCountsIt()
    {
        var silo = await JoinAsync(new(1, 1));
        await AddRowAsync(silo, status: 3);
        await EndAsync(silo);

        await Assert.ThrowsAsync<IncompatibleSiloException>(() => JoinAsync(new(2, 2)));

        await PostgresServer.ExecuteAsync(database, "UPDATE grainhouse.membership SET status = 6");
        await JoinAsync(new(2, 2));
    }

    [PostgresFact]
    public async Task Claim_BesideAMemberThatNeverClaimed_IsRefused()
    {
        await AddRowAsync(new MembershipKey("127.0.0.1", 1, 1), status: 3);

        var refused = await Assert.ThrowsAsync<IncompatibleSiloException>(() => JoinAsync(ClusterProtocol.Own));

        Assert.Contains("of an unknown version", refused.Message, StringComparison.Ordinal);
    }

    [PostgresFact]
    public async Task Claims_OfTheForgotten_AreRemoved()
    {
        var silo = await JoinAsync(new(1, 1));
        await EndAsync(silo);

        await JoinAsync(new(1, 1));

        Assert.Equal(1L, await PostgresServer.ExecuteAsync(database, "SELECT count(*) FROM grainhouse.silo_versions"));
    }

    [PostgresFact]
    public async Task Migration_BesideSilosOfAnotherProtocol_ChangesNothing()
    {
        await JoinAsync(new(9, 9));

        var newer = new PostgresObjectStore(new StorageOptions { Database = database }, null, null, [.. PostgresSchema.Steps, "CREATE TABLE grainhouse.added (x integer)"]);
        await Assert.ThrowsAsync<IncompatibleSiloException>(() => newer.OpenAsync());

        Assert.Equal((long)PostgresSchema.Steps.Count, await PostgresServer.ExecuteAsync(database, "SELECT value FROM grainhouse.meta WHERE name = 'schema'"));
    }

    // As a silo's start does it.
    private async Task<MembershipKey> JoinAsync(ProtocolRange speaks)
    {
        var silo = new MembershipKey("127.0.0.1", 20_000 + Interlocked.Increment(ref silos), 7);
        var presence = await SiloPresence.TakeAsync(database, silo, NullLogger.Instance, CancellationToken.None);
        try
        {
            await SiloVersions.ClaimAsync(database, Cluster, silo, speaks, CancellationToken.None);
        }
        catch
        {
            await presence.DisposeAsync();
            throw;
        }

        lock (alive)
        {
            alive.Add(presence);
        }

        return silo;
    }

    private async Task EndAsync(MembershipKey silo)
    {
        var presence = alive.Single(one => one.Key == silo);
        alive.Remove(presence);
        await presence.DisposeAsync();
    }

    private Task<object?> AddRowAsync(MembershipKey silo, int status) => PostgresServer.ExecuteAsync(database, $"""
        INSERT INTO grainhouse.membership_version VALUES ('{Cluster}', 0) ON CONFLICT DO NOTHING;
        INSERT INTO grainhouse.membership (deployment_id, address, port, generation, silo_name, host_name, status, start_time, i_am_alive_time)
        VALUES ('{Cluster}', '{silo.Address}', {silo.Port}, {silo.Generation}, 'silo', 'host', {status}, now(), now())
        """);
}
