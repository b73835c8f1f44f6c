using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Grainhouse.Storage.Postgres.Clustering;

/// <summary>Marks as dead, in the membership table, the silos whose process is provably gone.</summary>
/// <remarks>
/// Proof is both: the silo's <see cref="SiloPresence"/> lock is free, and nobody takes connections at its port. So a database
/// that restarts, which frees all locks, condemns nobody, and a frozen silo, whose lock stays held, is left to Orleans' probes.
/// The mark is one statement that raises the table's version, as Orleans' own writes do: of two writers one has to look again.
/// </remarks>
public sealed partial class DeadSilos : IAsyncDisposable
{
    // A process that is there answers a connection at once; the bound is for hosts that are gone.
    private static readonly TimeSpan AnswerBound = TimeSpan.FromMilliseconds(500);

    // Orleans' SiloStatus.Dead.
    private const int Dead = 6;

    private static readonly string Suspects = $"""
        SELECT v.version, m.address, m.port, m.generation
        FROM grainhouse.membership_version v LEFT JOIN grainhouse.membership m
          ON m.deployment_id = v.deployment_id AND m.status <> {Dead} AND NOT EXISTS (
            SELECT FROM pg_locks l
            WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
              AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
              AND (l.classid::bigint << 32) | l.objid::bigint = hashtextextended(m.address || ':' || m.port || '@' || m.generation, 0))
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
    private readonly ILogger logger;

    /// <summary>Names the table; nothing is connected before it is asked for.</summary>
    /// <param name="database">What <see cref="StorageOptions.Database"/> says.</param>
    /// <param name="deployment">The cluster's id.</param>
    /// <param name="logger">Where each death is told.</param>
    public DeadSilos(string database, string deployment, ILogger logger)
    {
        source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(PostgresClustering.ConnectionString(database)) { MaxPoolSize = 1, MaxAutoPrepare = 4, AutoPrepareMinUsages = 2 });
        this.deployment = deployment;
        this.logger = logger;
    }

    /// <summary>Looks once, and marks whom it finds dead.</summary>
    /// <returns>The table's version after it; 0 while there is no table of this cluster.</returns>
    /// <exception cref="NpgsqlException">The database is away; look again later.</exception>
    public async Task<long> SweepAsync(CancellationToken cancellationToken)
    {
        var (version, suspects) = await FindAsync(cancellationToken);
        foreach (var suspect in suspects)
        {
            if (!await TakesConnectionsAsync(suspect, cancellationToken) && await MarkAsync(suspect, cancellationToken) is { } raised)
            {
                LogDead(suspect.LockName);
                version = raised;
            }
        }

        return version;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => source.DisposeAsync();

    private async Task<(long Version, ImmutableArray<MembershipKey> Suspects)> FindAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(Suspects);
        command.Parameters.Add(new() { Value = deployment });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var suspects = ImmutableArray.CreateBuilder<MembershipKey>();
        var version = 0L;
        while (await reader.ReadAsync(cancellationToken))
        {
            version = reader.GetInt32(0);
            if (!await reader.IsDBNullAsync(1, cancellationToken))
            {
                suspects.Add(new MembershipKey(reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3)));
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
        command.Parameters.Add(new() { Value = deployment });
        command.Parameters.Add(new() { Value = silo.Address });
        command.Parameters.Add(new() { Value = silo.Port });
        command.Parameters.Add(new() { Value = silo.Generation });
        return (int?)await command.ExecuteScalarAsync(cancellationToken);
    }

    [LoggerMessage(1252, LogLevel.Warning, "Silo {Silo} is dead: its lock is free and nobody listens at its port")]
    private partial void LogDead(string silo);
}
