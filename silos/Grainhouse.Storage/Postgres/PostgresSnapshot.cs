using System.Data;
using System.Runtime.CompilerServices;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Backups;
using Npgsql;

namespace Grainhouse.Storage.Postgres;

/// <summary>A snapshot of the database: one transaction that sees what was committed when it began. Silos commit and compact beside it.</summary>
internal sealed class PostgresSnapshot : StoreSnapshot
{
    // The tables are locked, in the weakest way, before the snapshot is taken: a restore that would empty them waits for its end.
    // The plan of a lookup, which the store's sessions insist on, would look up every document by itself.
    private const string Begin = """
        LOCK TABLE grainhouse.log, grainhouse.head, grainhouse.counter, grainhouse.meta IN ACCESS SHARE MODE;
        SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on; SET LOCAL enable_mergejoin = on; SET LOCAL plan_cache_mode = auto;
        """;

    private const string Newest = "SELECT revision FROM grainhouse.counter WHERE one";

    private const string All = "SELECT h.key, h.revision, l.document FROM grainhouse.head h JOIN grainhouse.log l USING (revision) ORDER BY h.key";

    private const string One = "SELECT h.key, h.revision, l.document FROM grainhouse.head h JOIN grainhouse.log l USING (revision) WHERE h.key = $1";

    private readonly PostgresDatabase database;
    private readonly NpgsqlConnection connection;
    private readonly NpgsqlTransaction transaction;

    private PostgresSnapshot(PostgresDatabase database, NpgsqlConnection connection, NpgsqlTransaction transaction, long revision)
    {
        this.database = database;
        this.connection = connection;
        this.transaction = transaction;
        Revision = revision;
    }

    public override long Revision { get; }

    public static async Task<PostgresSnapshot> OpenAsync(string address, CancellationToken cancellationToken)
    {
        var database = new PostgresDatabase(PostgresAddress.Parse(address).Patient());
        NpgsqlConnection? connection = null;
        try
        {
            connection = await database.ConnectAsync(cancellationToken);
            await PostgresSchema.CheckAsync(connection, database.Address, PostgresSchema.Steps.Count);
            var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            await using var begin = new NpgsqlCommand(Begin, connection);
            await begin.ExecuteNonQueryAsync(cancellationToken);
            await using var newest = new NpgsqlCommand(Newest, connection);
            return new PostgresSnapshot(database, connection, transaction, (long)(await newest.ExecuteScalarAsync(cancellationToken))!);
        }
        catch (Exception cause)
        {
            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
            await database.DisposeAsync();
            throw cause.IsDatabaseFault() ? new StorageStartException($"{database.Address} cannot be used: {cause.Message}", cause) : cause;
        }
    }

    public override async IAsyncEnumerable<StoredDocument> DocumentsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // Sorting a large store takes longer than a statement of the store may.
        await using var command = new NpgsqlCommand(All, connection) { CommandTimeout = 0 };
        await using var reader = await ToldAsync(command.ExecuteReaderAsync(cancellationToken));
        while (await ToldAsync(reader.ReadAsync(cancellationToken)))
        {
            yield return Document(reader);
        }
    }

    public override async Task<StoredDocument?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        await using var command = new NpgsqlCommand(One, connection) { Parameters = { Parameter.Text(key) } };
        await using var reader = await ToldAsync(command.ExecuteReaderAsync(cancellationToken));
        return await ToldAsync(reader.ReadAsync(cancellationToken)) ? Document(reader) : null;
    }

    public override async ValueTask DisposeAsync()
    {
        await transaction.DisposeAsync();
        await connection.DisposeAsync();
        await database.DisposeAsync();
    }

    private static StoredDocument Document(NpgsqlDataReader reader) => new(reader.GetString(0), reader.GetInt64(1), reader.GetFieldValue<byte[]>(2));

    private async Task<T> ToldAsync<T>(Task<T> call)
    {
        try
        {
            return await call;
        }
        catch (Exception cause) when (cause.IsDatabaseFault() && cause is not OperationCanceledException)
        {
            throw new StoreUnavailableException($"{database.Address} cannot be read: {cause.Message}", cause);
        }
    }
}
