using Grainhouse.Storage.Backups;
using Npgsql;
using NpgsqlTypes;

namespace Grainhouse.Storage.Postgres;

/// <summary>New content for the database, in one transaction.</summary>
internal sealed class PostgresReplacement : StoreReplacement
{
    private const string Look = "SELECT c.revision, EXISTS (SELECT FROM grainhouse.head) FROM grainhouse.counter c WHERE c.one";

    private const string Users = "SELECT coalesce(' (' || string_agg(silo_name, ', ' ORDER BY silo_name) || ')', '') FROM grainhouse.membership WHERE status = 3";

    private const string Import = "COPY grainhouse.log (revision, key, document, previous, committed, volume) FROM STDIN (FORMAT binary)";

    // Nobody is a member of what comes now: a silo that runs on, cut off from the database, is declared dead (6), and so can commit
    // nothing: the rows of its writers stay, and are fenced by it.
    private const string Finish = $"""
        INSERT INTO grainhouse.head SELECT key, revision FROM grainhouse.log;
        UPDATE grainhouse.membership_version SET version = version + 1;
        UPDATE grainhouse.membership SET status = 6 WHERE status <> 6;
        {StoreUse.CountSql};
        """;

    private readonly PostgresDatabase database;
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;
    private readonly NpgsqlBinaryImporter rows;
    private readonly long now;
    private long revision;

    private PostgresReplacement(
        PostgresDatabase database, NpgsqlConnection connection, NpgsqlTransaction transaction, NpgsqlBinaryImporter rows, long floor, TimeProvider time)
    {
        this.database = database;
        this.connection = connection;
        this.transaction = transaction;
        this.rows = rows;
        now = time.GetUtcNow().ToUnixTimeMilliseconds();
        revision = floor;
    }

    public static async Task<PostgresReplacement> BeginAsync(string address, bool replace, long floor, TimeProvider time, CancellationToken cancellationToken)
    {
        var database = new PostgresDatabase(PostgresAddress.Parse(address).Patient());
        NpgsqlConnection? connection = null;
        try
        {
            connection = await database.ConnectAsync(cancellationToken);
            await PostgresSchema.MigrateAsync(connection, database.Address, PostgresSchema.Steps);
            if (!await StoreUse.TryOwnAsync(connection))
            {
                await using var users = new NpgsqlCommand(Users, connection);
                throw new StorageStartException($"Silos run on {database.Address}{await users.ExecuteScalarAsync(cancellationToken)}. Nothing was changed; stop them first.");
            }

            // Silos that start meanwhile wait as for a migration.
            var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await ExecuteAsync(connection, $"SELECT pg_advisory_xact_lock({PostgresSchema.MigrationLock})", cancellationToken);
            var (newest, isEmpty) = await LookAsync(connection, cancellationToken);
            if (!isEmpty && !replace)
            {
                throw NotEmpty(database.Address.ToString());
            }

            await ExecuteAsync(connection, "TRUNCATE grainhouse.log, grainhouse.head", cancellationToken);
            var rows = await connection.BeginBinaryImportAsync(Import, cancellationToken);
            rows.Timeout = Timeout.InfiniteTimeSpan;
            return new PostgresReplacement(database, connection, transaction, rows, Math.Max(floor, newest), time);
        }
        catch (Exception cause)
        {
            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
            await database.DisposeAsync();
            throw cause.IsDatabaseFault() ? Unwritable(database, cause) : cause;
        }
    }

    public override Task AddAsync(string key, ReadOnlyMemory<byte> document, CancellationToken cancellationToken) => ToldAsync(async () =>
    {
        try
        {
            StoreKey.Check(key);
        }
        catch (ArgumentException fault)
        {
            throw new StorageStartException($"{database.Address} cannot hold the backup, and was not changed. {fault.Message}", fault);
        }

        await rows.StartRowAsync(cancellationToken);
        await rows.WriteAsync(++revision, NpgsqlDbType.Bigint, cancellationToken);
        await rows.WriteAsync(key, NpgsqlDbType.Text, cancellationToken);
        await rows.WriteAsync(document, NpgsqlDbType.Bytea, cancellationToken);
        await rows.WriteAsync(0L, NpgsqlDbType.Bigint, cancellationToken);
        await rows.WriteAsync(now, NpgsqlDbType.Bigint, cancellationToken);
        await rows.WriteAsync(0L, NpgsqlDbType.Bigint, cancellationToken);
        return true;
    });

    public override Task<long> CommitAsync(CancellationToken cancellationToken) => ToldAsync(async () =>
    {
        await rows.CompleteAsync(cancellationToken);
        await rows.DisposeAsync();
        await ExecuteAsync(connection, Finish, cancellationToken);
        await ExecuteAsync(
            connection, $"UPDATE grainhouse.counter SET revision = {revision}, volume = 0; UPDATE grainhouse.history SET compacted = {revision}", cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return revision;
    });

    public override async ValueTask DisposeAsync()
    {
        await rows.DisposeAsync();
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
        await database.DisposeAsync();
    }

    private static async Task<(long Newest, bool IsEmpty)> LookAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Look, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), !reader.GetBoolean(1));
    }

    // Tables are emptied once a backup that is being taken has ended, and large ones are filled in minutes.
    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static StorageStartException Unwritable(PostgresDatabase database, Exception cause) =>
        new($"{database.Address} cannot be written, and was not changed: {cause.Message}", cause);

    private async Task<T> ToldAsync<T>(Func<Task<T>> step)
    {
        try
        {
            return await step();
        }
        catch (Exception cause) when (cause.IsDatabaseFault() && cause is not OperationCanceledException)
        {
            throw Unwritable(database, cause);
        }
    }
}
