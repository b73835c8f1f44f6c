using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Grainhouse.Storage.Postgres.Clustering;

/// <summary>Marks as dead, in the membership table, the silos whose process is provably gone, frozen or cut off.</summary>
/// <remarks>
/// Proof of the first is both: the silo's <see cref="SiloPresence"/> lock is free, and nobody takes connections at its port. So a
/// database that restarts, which frees all locks, condemns nobody. A silo that answers but does not take its lock back is cut off
/// from a database that others reach: it can serve nothing, and what it holds must move to those that can. One that holds its
/// lock and says nothing in that session is frozen, or cut off before the database has noticed (ADR 15); where the database does
/// not let this silo see the session of another, that is left to Orleans' probes.
/// The mark is one statement that raises the table's version, as Orleans' own writes do: of two writers one has to look again.
/// </remarks>
public sealed partial class DeadSilos : IAsyncDisposable
{
    // A process that is there answers a connection at once; the bound is for hosts that are gone.
    private static readonly TimeSpan AnswerBound = TimeSpan.FromMilliseconds(500);

    // A silo takes its lock again within a quarter of a second once it reaches the database, and at worst after the 3 s of an
    // attempt to connect that had begun before.
    private static readonly TimeSpan CutOffAfter = TimeSpan.FromSeconds(4);

    // A silo speaks four times a second, by a thread that waits for nothing else. A database that stood still itself finds everybody
    // silent when it goes on, so the silence has to last from one look to a later one: what was said meanwhile is heard by then.
    private const string SilentAfter = "1750 ms";
    private static readonly TimeSpan StillSilentAfter = TimeSpan.FromMilliseconds(500);

    // Orleans' SiloStatus.Dead.
    private const int Dead = 6;

    private static readonly string Suspects = $"""
        SELECT v.version, m.address, m.port, m.generation, m.pid IS NOT NULL
        FROM grainhouse.membership_version v LEFT JOIN (
          SELECT m.*, l.pid
          FROM grainhouse.membership m LEFT JOIN pg_locks l
            ON l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND (l.classid::bigint << 32) | l.objid::bigint = hashtextextended(m.address || ':' || m.port || '@' || m.generation, 0)
          WHERE m.status <> {Dead}) m
        ON m.deployment_id = v.deployment_id AND (m.pid IS NULL OR EXISTS (
          SELECT FROM pg_stat_get_activity(m.pid) a WHERE a.state_change < clock_timestamp() - interval '{SilentAfter}'))
        WHERE v.deployment_id = $1
        """;

    // The version's row first, as Orleans' own writes lock them: two writers wait for each other in one order only.
    private static readonly string Mark = $"""
        WITH raised AS (
          UPDATE grainhouse.membership_version SET version = version + 1
          WHERE deployment_id = $1 AND EXISTS (
            SELECT FROM grainhouse.membership
            WHERE deployment_id = $1 AND address = $2 AND port = $3 AND generation = $4 AND status <> {Dead})
          RETURNING version)
        UPDATE grainhouse.membership SET status = {Dead} FROM raised
        WHERE deployment_id = $1 AND address = $2 AND port = $3 AND generation = $4
        RETURNING raised.version
        """;

    private readonly NpgsqlDataSource source;
    private readonly string deployment;
    private readonly MembershipKey self;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private Dictionary<Suspect, long> suspectedSince = [];

    /// <summary>Names the table; nothing is connected before it is asked for.</summary>
    /// <param name="database">What <see cref="StorageOptions.Database"/> says.</param>
    /// <param name="deployment">The cluster's id.</param>
    /// <param name="self">Who looks.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where each death is told.</param>
    public DeadSilos(string database, string deployment, MembershipKey self, TimeProvider time, ILogger logger)
    {
        source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(PostgresClustering.ConnectionString(database)) { MaxPoolSize = 2, MaxAutoPrepare = 4, AutoPrepareMinUsages = 2 });
        this.deployment = deployment;
        this.self = self;
        this.time = time;
        this.logger = logger;
    }

    /// <summary>Looks once, and marks whom it finds dead.</summary>
    /// <returns>The table's version after it; 0 while there is no table of this cluster.</returns>
    /// <exception cref="NpgsqlException">The database is away; look again later.</exception>
    public async Task<long> SweepAsync(CancellationToken cancellationToken)
    {
        // Kept only from one look to the next: while the database is away no look says anything about anybody.
        var before = suspectedSince;
        suspectedSince = [];
        var (version, suspects) = await FindAsync(cancellationToken);
        foreach (var suspect in suspects)
        {
            var since = suspectedSince[suspect] = before.GetValueOrDefault(suspect, time.GetTimestamp());
            if (await GuiltOfAsync(suspect, time.GetElapsedTime(since), cancellationToken) is { } guilt
                && await MarkAsync(suspect.Silo, cancellationToken) is { } raised)
            {
                LogDead(suspect.Silo.LockName, guilt);
                version = raised;
            }
        }

        return version;
    }

    /// <summary>What the table says of the silo that looks, as a number of Orleans' SiloStatus; null if nothing.</summary>
    /// <exception cref="NpgsqlException">The database is away.</exception>
    public async Task<int?> ReadOwnStatusAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("SELECT status FROM grainhouse.membership WHERE deployment_id = $1 AND address = $2 AND port = $3 AND generation = $4");
        AddKey(command, self);
        return (int?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    /// <summary>Why a suspect is dead; null if it may yet live.</summary>
    private async Task<string?> GuiltOfAsync(Suspect suspect, TimeSpan suspected, CancellationToken cancellationToken)
    {
        if (suspect.HoldsLock)
        {
            return suspect.Silo != self && suspected >= StillSilentAfter ? "it says nothing in the session that holds its lock" : null;
        }

        return !await TakesConnectionsAsync(suspect.Silo, cancellationToken) ? "its lock is free and nobody listens at its port"
            : suspect.Silo != self && suspected >= CutOffAfter ? "its lock is free and it does not reach the database"
            : null;
    }

    private async Task<(long Version, ImmutableArray<Suspect> Suspects)> FindAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Suspects);
        command.Parameters.Add(new() { Value = deployment });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var suspects = ImmutableArray.CreateBuilder<Suspect>();
        var version = 0L;
        while (await reader.ReadAsync(cancellationToken))
        {
            version = reader.GetInt32(0);
            if (!await reader.IsDBNullAsync(1, cancellationToken))
            {
                suspects.Add(new Suspect(new MembershipKey(reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3)), HoldsLock: reader.GetBoolean(4)));
            }
        }

        return (version, suspects.DrainToImmutable());
    }

    private static async Task<bool> TakesConnectionsAsync(MembershipKey silo, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        bound.CancelAfter(AnswerBound);
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Parse(silo.Address), silo.Port), bound.Token);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<int?> MarkAsync(MembershipKey silo, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Mark);
        AddKey(command, silo);
        return (int?)await command.ExecuteScalarAsync(cancellationToken);
    }

    private void AddKey(NpgsqlCommand command, MembershipKey silo)
    {
        command.Parameters.Add(new() { Value = deployment });
        command.Parameters.Add(new() { Value = silo.Address });
        command.Parameters.Add(new() { Value = silo.Port });
        command.Parameters.Add(new() { Value = silo.Generation });
    }

    [LoggerMessage(1252, LogLevel.Warning, "Silo {Silo} is dead: {Reason}")]
    private partial void LogDead(string silo, string reason);

    private readonly record struct Suspect(MembershipKey Silo, bool HoldsLock);
}
