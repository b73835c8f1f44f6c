using System.Globalization;
using Grainhouse.Interfaces.Versions;
using Grainhouse.Storage.Postgres.Clustering;
using Npgsql;

namespace Grainhouse.Storage.Postgres;

/// <summary>The tables, and the steps from each version of them to the next.</summary>
internal static class PostgresSchema
{
    private const int OldestServer = 150_000;

    /// <summary>Held while tables are made or their content is exchanged: silos that start at once take turns.</summary>
    /// <value>"GrHs".</value>
    public const long MigrationLock = 0x47724873;

    /// <summary>The steps: the first makes version 1 of an empty database, the next version 2 of version 1, ...</summary>
    /// <remarks>
    /// While a cluster is upgraded silos of both versions run: a step only adds what the version before does not miss. One that takes
    /// something away comes a version later, and sets <c>needs</c> in the table <c>meta</c> to the oldest version that still works.
    /// </remarks>
    public static IReadOnlyList<string> Steps { get; } = [
        StoreTables.Sql + CommitFunction.Sql + CompactFunction.Sql,
        ClusteringTables.Sql,

        // The functions and columns again: a database of an older version has them without the fence.
        WriterFence.Sql + CommitFunction.Sql + CompactFunction.Sql,
        SiloVersions.Sql,
    ];

    /// <summary>Checks the server and brings the tables to the newest version, in one transaction.</summary>
    /// <exception cref="StorageStartException">The database is of a newer version, or cannot hold a store.</exception>
    /// <exception cref="IncompatibleSiloException">Silos run on it with which this program cannot work.</exception>
    public static async Task MigrateAsync(NpgsqlConnection connection, PostgresAddress address, IReadOnlyList<string> steps)
    {
        await CheckServerAsync(connection, address);
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({MigrationLock})");
        if (await ReadAsync(connection, "SELECT 1 FROM pg_namespace WHERE nspname = 'grainhouse'") is null)
        {
            await ExecuteAsync(connection, "CREATE SCHEMA grainhouse; CREATE TABLE grainhouse.meta (name text PRIMARY KEY, value bigint NOT NULL); INSERT INTO grainhouse.meta VALUES ('schema', 0)");
        }

        var version = await CheckAsync(connection, address, steps.Count);
        if (version < steps.Count)
        {
            // A silo that will not be let in must not change what the others work on.
            await SiloVersions.RequireAsync(connection, ClusterProtocol.Own);
        }

        for (var next = version; next < steps.Count; next++)
        {
            await ExecuteAsync(connection, $"{steps[next]}; UPDATE grainhouse.meta SET value = {next + 1} WHERE name = 'schema'");
        }

        await transaction.CommitAsync();
    }

    /// <summary>Reads the version of the tables.</summary>
    /// <param name="connection">The database.</param>
    /// <param name="address">Its address, for the message.</param>
    /// <param name="newest">The newest version that can be read.</param>
    /// <exception cref="StorageStartException">The database is of a newer version, or has no store.</exception>
    public static async Task<int> CheckAsync(NpgsqlConnection connection, PostgresAddress address, int newest)
    {
        if (await ReadAsync(connection, "SELECT 1 FROM pg_namespace WHERE nspname = 'grainhouse'") is null)
        {
            throw new StorageStartException($"There is no store in {address}.");
        }

        if (await ReadAsync(connection, "SELECT 1 FROM pg_tables WHERE schemaname = 'grainhouse' AND tablename = 'meta'") is null)
        {
            throw new StorageStartException($"{address} has a schema 'grainhouse' that is not a Grainhouse store; name another database.");
        }

        var version = Convert.ToInt32(await ReadAsync(connection, "SELECT value FROM grainhouse.meta WHERE name = 'schema'"), CultureInfo.InvariantCulture);
        var needs = Convert.ToInt32(await ReadAsync(connection, "SELECT value FROM grainhouse.meta WHERE name = 'needs'") ?? version, CultureInfo.InvariantCulture);
        return version <= newest || needs <= newest
            ? version
            : throw new StorageStartException(
                $"{address} has schema version {version}, this program knows up to {newest}: it was written by a newer Grainhouse. Start that version, or restore a backup.");
    }

    private static async Task CheckServerAsync(NpgsqlConnection connection, PostgresAddress address)
    {
        var version = await ReadAsync(connection, "SHOW server_version_num") as string;
        if (int.Parse(version!, CultureInfo.InvariantCulture) < OldestServer)
        {
            throw new StorageStartException($"{address} is PostgreSQL {connection.ServerVersion}; Grainhouse needs 15 or newer.");
        }

        // Keys are ordered by their UTF-8 bytes, as in every other store.
        if (await ReadAsync(connection, "SHOW server_encoding") is string encoding and not "UTF8")
        {
            throw new StorageStartException($"{address} has encoding {encoding}; create the database with encoding UTF8.");
        }
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        // Another silo's migration may hold the lock for longer than a statement of the store may take.
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<object?> ReadAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }
}
