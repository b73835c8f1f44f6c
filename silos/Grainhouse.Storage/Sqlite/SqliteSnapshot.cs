using System.Runtime.CompilerServices;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Backups;

namespace Grainhouse.Storage.Sqlite;

/// <summary>A snapshot of a file that another process may be writing: a read transaction of the write-ahead log.</summary>
/// <remarks>
/// The file is opened for reading only. So closing it copies nothing back from the log, and the next silo still sees whether the
/// last one was cut off.
/// </remarks>
internal sealed class SqliteSnapshot : StoreSnapshot
{
    private readonly SqliteDatabase database;
    private readonly string path;

    private SqliteSnapshot(SqliteDatabase database, string path, long revision)
    {
        this.database = database;
        this.path = path;
        Revision = revision;
    }

    public override long Revision { get; }

    public static SqliteSnapshot Open(string path)
    {
        if (!File.Exists(path))
        {
            throw new StorageStartException($"There is no store at '{path}'.");
        }

        SqliteDatabase? database = null;
        try
        {
            database = SqliteDatabase.OpenReadOnly(path);
            database.Execute("BEGIN");
            SqliteSchema.Check(database, path, SqliteSchema.Steps.Count);
            return new SqliteSnapshot(database, path, SqliteSchema.ReadNewest(database));
        }
        catch (SqliteFailure failure)
        {
            database?.Dispose();
            throw new StorageStartException($"'{path}' cannot be read: {failure.Message}", failure);
        }
        catch (StorageStartException)
        {
            database?.Dispose();
            throw;
        }
    }

    public override async IAsyncEnumerable<StoredDocument> DocumentsAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var documents = database.Prepare("SELECT head.key, log.revision, log.document FROM head CROSS JOIN log USING (revision) ORDER BY head.key");
        while (Next(documents) is { } document)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return document;
        }

        await Task.CompletedTask;
    }

    public override Task<StoredDocument?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        using var one = database.Prepare("SELECT head.key, log.revision, log.document FROM head JOIN log USING (revision) WHERE head.key = ?1");
        one.Bind(1, key);
        return Task.FromResult(Next(one));
    }

    public override ValueTask DisposeAsync()
    {
        database.Dispose();
        return ValueTask.CompletedTask;
    }

    private StoredDocument? Next(SqliteStatement rows)
    {
        try
        {
            return rows.Step() ? new StoredDocument(rows.GetText(0), rows.GetInteger(1), rows.GetBytes(2)!.Value) : null;
        }
        catch (SqliteFailure failure)
        {
            throw new StoreUnavailableException($"'{path}' cannot be read: {failure.Message}", failure);
        }
    }
}
