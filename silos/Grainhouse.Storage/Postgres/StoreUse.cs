using Npgsql;

namespace Grainhouse.Storage.Postgres;

/// <summary>Keeps restores away from silos: a silo's sessions share a lock that a restore must have alone.</summary>
/// <remarks>
/// A silo that lost its sessions, and finds when it has new ones that the store was restored meanwhile, must not go on: what it
/// knows and what it promised are of a history that is gone.
/// </remarks>
internal sealed class StoreUse(Reachability reachability, long restores)
{
    // "GrUs".
    private const long Lock = 0x47725573;

    private const string Share = "SELECT pg_try_advisory_lock_shared($1)";

    private const string Own = "SELECT pg_try_advisory_lock($1)";

    private const string Restores = "SELECT coalesce(max(value), 0) FROM grainhouse.meta WHERE name = 'restores'";

    /// <summary>Notes one more restore.</summary>
    public const string CountSql = "INSERT INTO grainhouse.meta AS m VALUES ('restores', 1) ON CONFLICT (name) DO UPDATE SET value = m.value + 1";

    /// <summary>Makes the rules for a silo that opens the store now.</summary>
    public static async Task<StoreUse> OfAsync(PostgresDatabase database, Reachability reachability)
    {
        await using var connection = await database.ConnectAsync();
        return new StoreUse(reachability, await CountAsync(connection));
    }

    /// <summary>Takes the lock alone, for as long as the session lasts; false while any silo has it.</summary>
    public static async Task<bool> TryOwnAsync(NpgsqlConnection connection) => await RunAsync(connection, Own);

    /// <summary>Takes a share of the lock, for as long as the session lasts.</summary>
    /// <exception cref="IOException">A restore is at work, or was since the store was opened: then the store refuses all use.</exception>
    public async Task ShareAsync(NpgsqlConnection connection)
    {
        if (!await RunAsync(connection, Share))
        {
            throw new IOException("The store is being restored.");
        }

        // Asked for when the lock is there: what a restore did before is seen, and none is under way.
        if (await CountAsync(connection) != restores)
        {
            reachability.Refuse("The store was restored from a backup while this silo was cut off from it. Restart the silo.");
            throw new IOException(reachability.Refusal);
        }
    }

    private static async Task<bool> RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection) { Parameters = { Parameter.Number(Lock) } };
        return (bool)(await command.ExecuteScalarAsync())!;
    }

    private static async Task<long> CountAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand(Restores, connection);
        return (long)(await command.ExecuteScalarAsync())!;
    }
}
