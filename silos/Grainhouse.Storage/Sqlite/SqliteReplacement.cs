using Grainhouse.Storage.Backups;

namespace Grainhouse.Storage.Sqlite;

/// <summary>New content for the file: a file of its own beside it, which takes its place in one step.</summary>
internal sealed class SqliteReplacement : StoreReplacement
{
    private readonly string path;
    private readonly string made;
    private readonly SqliteFile held;
    private readonly SqliteDatabase database;
    private readonly SqliteStatement append;
    private readonly SqliteStatement writeHead;
    private readonly long now;
    private long revision;

    private SqliteReplacement(string path, string made, SqliteFile held, SqliteDatabase database, long floor, TimeProvider time)
    {
        this.path = path;
        this.made = made;
        this.held = held;
        this.database = database;
        append = database.Prepare("INSERT INTO log VALUES (?1, ?2, ?3, 0, ?4, 0)");
        writeHead = database.Prepare("INSERT INTO head VALUES (?1, ?2)");
        now = time.GetUtcNow().ToUnixTimeMilliseconds();
        revision = floor;
    }

    public static SqliteReplacement Begin(StorageOptions options, bool replace, long floor, TimeProvider time)
    {
        var path = Path.GetFullPath(options.Path);
        var made = path + ".restoring";
        var held = SqliteFile.Take(options);
        SqliteDatabase? database = null;
        try
        {
            var newest = ReadNewest(path, replace);
            Delete(made);
            database = SqliteDatabase.Open(made);

            // Until it takes its place nobody needs it: it is flushed once, at the end.
            database.Execute("PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -32768");
            SqliteSchema.Migrate(database, made, SqliteSchema.Steps);
            database.Execute("BEGIN");
            return new SqliteReplacement(path, made, held, database, Math.Max(floor, newest), time);
        }
        catch (Exception cause) when (cause is SqliteFailure or IOException or StorageStartException)
        {
            database?.Dispose();
            Delete(made);
            held.Dispose();
            throw cause as StorageStartException ?? Unwritable(path, cause);
        }
    }

    public override Task AddAsync(string key, ReadOnlyMemory<byte> document, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            append.Bind(1, ++revision).Bind(2, key).Bind(3, document).Bind(4, now).Run();
            writeHead.Bind(1, key).Bind(2, revision).Run();
            return Task.CompletedTask;
        }
        catch (SqliteFailure failure)
        {
            throw Unwritable(path, failure);
        }
    }

    public override Task<long> CommitAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            database.Execute($"UPDATE meta SET value = {revision} WHERE name = 'compacted'; COMMIT");
            Close();
            using (var whole = new FileStream(made, FileMode.Open, FileAccess.ReadWrite))
            {
                whole.Flush(flushToDisk: true);
            }

            TidyUp(path);
            File.Move(made, path, overwrite: true);
            DurableDirectory.Flush(Path.GetDirectoryName(path)!);
            return Task.FromResult(revision);
        }
        catch (Exception cause) when (cause is SqliteFailure or IOException)
        {
            throw Unwritable(path, cause);
        }
    }

    public override ValueTask DisposeAsync()
    {
        Close();
        Delete(made);
        held.Dispose();
        return ValueTask.CompletedTask;
    }

    // The newest revision of what is there; 0 where nothing is, or nothing can be read.
    private static long ReadNewest(string path, bool replace)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        try
        {
            using var old = SqliteDatabase.Open(path);
            if (old.QueryInteger("SELECT count(*) FROM sqlite_schema") == 0)
            {
                return 0;
            }

            // Also one of a newer version may go: that is how an upgrade is undone.
            SqliteSchema.Check(old, path, int.MaxValue);
            return replace || old.QueryInteger("SELECT 1 FROM head LIMIT 1") is null ? SqliteSchema.ReadNewest(old) : throw NotEmpty($"'{path}'");
        }
        catch (SqliteFailure failure) when (failure.IsCorruption)
        {
            return replace ? 0 : throw new StorageStartException($"'{path}' is damaged. Nothing was changed; say --replace if what is in it may go.", failure);
        }
    }

    // The write-ahead log belongs to the old file: beside the new one it would be taken for its own.
    private static void TidyUp(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            using var old = SqliteDatabase.Open(path);
            old.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }
        catch (SqliteFailure failure) when (failure.IsCorruption)
        {
            // What cannot be read goes anyway.
        }

        File.Delete(path + "-wal");
        File.Delete(path + "-shm");
    }

    private static void Delete(string path)
    {
        foreach (var ending in (ReadOnlySpan<string>)["", "-journal", "-wal", "-shm"])
        {
            File.Delete(path + ending);
        }
    }

    private static StorageStartException Unwritable(string path, Exception cause) => new($"'{path}' cannot be written, and was not changed: {cause.Message}", cause);

    private void Close()
    {
        append.Dispose();
        writeHead.Dispose();
        database.Dispose();
    }
}
