using System.Collections.Immutable;
using Grainhouse.Interfaces.Versions;
using Npgsql;

namespace Grainhouse.Storage.Postgres.Clustering;

/// <summary>Keeps silos apart that do not speak with each other: each says what it speaks before it joins, and joins only if all living ones can.</summary>
/// <remarks>
/// Orleans writes the rows of the membership table with parameters of its own, so what a silo speaks stands in a table beside it,
/// under the same key. A silo lives while its <see cref="SiloPresence"/> lock is held, or its row says so. One look and one
/// claim at a time (a lock), so of two that start at once the second sees the first. See ADR 14.
/// </remarks>
public static class SiloVersions
{
    /// <summary>The table, and the mark that programs that do not know it must not use the database.</summary>
    internal const string Sql = """
        CREATE TABLE grainhouse.silo_versions (
          deployment_id text NOT NULL,
          address text NOT NULL,
          port integer NOT NULL,
          generation integer NOT NULL,
          program text NOT NULL,
          newest_protocol integer NOT NULL,
          oldest_protocol integer NOT NULL,
          PRIMARY KEY (deployment_id, address, port, generation));
        INSERT INTO grainhouse.meta VALUES ('needs', 4);

        """;

    // "GrVs".
    private const string TakeTurn = "SELECT pg_advisory_xact_lock(1198675571)";

    // Claims first, then members without one: silos of a time before there were any. 6 is dead.
    private const string Living = """
        SELECT coalesce(m.silo_name, v.address || ':' || v.port), v.program, v.newest_protocol, v.oldest_protocol
        FROM grainhouse.silo_versions v FULL JOIN grainhouse.membership m USING (deployment_id, address, port, generation)
        WHERE coalesce(m.status, 6) <> 6 OR EXISTS (
          SELECT FROM pg_locks l
          WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND (l.classid::bigint << 32) | l.objid::bigint = hashtextextended(address || ':' || port || '@' || generation, 0))
        ORDER BY 1
        """;

    private const string Claim = "INSERT INTO grainhouse.silo_versions VALUES ($1, $2, $3, $4, $5, $6, $7)";

    // What a silo spoke is of use while it may live; the membership forgets the dead after a day.
    private const string Forget = """
        DELETE FROM grainhouse.silo_versions v WHERE deployment_id = $1 AND NOT EXISTS (
          SELECT FROM grainhouse.membership m
          WHERE (m.deployment_id, m.address, m.port, m.generation) = (v.deployment_id, v.address, v.port, v.generation))
        AND NOT EXISTS (
          SELECT FROM pg_locks l
          WHERE l.locktype = 'advisory' AND l.objsubid = 1 AND l.granted
            AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
            AND (l.classid::bigint << 32) | l.objid::bigint = hashtextextended(v.address || ':' || v.port || '@' || v.generation, 0))
        """;

    /// <summary>Says what a silo speaks, if all that live can work with it. Its <see cref="SiloPresence"/> must be taken.</summary>
    /// <param name="database">What <see cref="StorageOptions.Database"/> says.</param>
    /// <param name="deployment">The cluster's id.</param>
    /// <param name="silo">The silo.</param>
    /// <param name="speaks">What it speaks.</param>
    /// <param name="cancellationToken">Ends the wait for the database.</param>
    /// <exception cref="IncompatibleSiloException">It must not join.</exception>
    public static async Task ClaimAsync(string database, string deployment, MembershipKey silo, ProtocolRange speaks, CancellationToken cancellationToken)
    {
        await using var connection = new NpgsqlConnection(
            new NpgsqlConnectionStringBuilder(PostgresClustering.ConnectionString(database)) { Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await ExecuteAsync(connection, TakeTurn, cancellationToken);
        await RequireAsync(connection, speaks, cancellationToken);
        await ExecuteAsync(connection, Forget, cancellationToken, deployment);
        await ExecuteAsync(
            connection, Claim, cancellationToken, deployment, silo.Address, silo.Port, silo.Generation, ProgramVersion.Text, speaks.Newest, speaks.Oldest);
        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>Throws unless all silos that live can work with one that speaks this; nothing happens where there is no table of theirs yet.</summary>
    /// <exception cref="IncompatibleSiloException">There is one that cannot.</exception>
    internal static async Task RequireAsync(NpgsqlConnection connection, ProtocolRange speaks, CancellationToken cancellationToken = default)
    {
        await using (var exists = new NpgsqlCommand("SELECT to_regclass('grainhouse.silo_versions') IS NOT NULL", connection))
        {
            if (await exists.ExecuteScalarAsync(cancellationToken) is not true)
            {
                return;
            }
        }

        var others = await ReadAsync(connection, cancellationToken);
        if (others.Where(other => other.Speaks?.Meets(speaks) != true).ToImmutableArray() is { IsEmpty: false } strangers)
        {
            throw new IncompatibleSiloException(Explain(speaks, strangers));
        }
    }

    private static async Task<List<Member>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var members = new List<Member>();
        await using var command = new NpgsqlCommand(Living, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            members.Add(await reader.IsDBNullAsync(1, cancellationToken)
                ? new Member(reader.GetString(0), "of an unknown version", null)
                : new Member(reader.GetString(0), reader.GetString(1), new ProtocolRange(reader.GetInt32(2), reader.GetInt32(3))));
        }

        return members;
    }

    private static string Explain(ProtocolRange speaks, ImmutableArray<Member> strangers)
    {
        var names = string.Join(", ", strangers.Select(member => $"{member.Name} ({member.Program}{(member.Speaks is { } other ? $", protocol {other}" : "")})"));
        var isOlder = strangers.Any(member => member.Speaks is { } other && other.Oldest > speaks.Newest);
        return $"This silo ({ProgramVersion.Text}, cluster protocol {speaks}) cannot work with {names} of the running cluster. It did not join, and changed nothing. "
            + (isOlder
                ? "Start the version that the others have."
                : "Upgrade those first to a version that speaks both protocols, one silo after the other; or stop them all before this version starts.");
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(new() { Value = parameter });
        }

        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private sealed record Member(string Name, string Program, ProtocolRange? Speaks);
}
