namespace Grainhouse.Storage.Sqlite;

/// <summary>Opens connections to the database file with the store's settings.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly string path;
    private readonly int maxPages;
    private readonly FileStream guard;

    private SqliteFile(string path, int maxPages, FileStream guard)
    {
        this.path = path;
        this.maxPages = maxPages;
        this.guard = guard;
    }

    /// <summary>Takes the file for this process. The lock goes with the process, however it ends.</summary>
    /// <exception cref="StorageStartException">Another process has it, or it cannot be made.</exception>
    public static SqliteFile Take(StorageOptions options)
    {
        var path = Path.GetFullPath(options.Path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new SqliteFile(path, options.MaxPages, new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StorageStartException($"'{path}' cannot be opened, or another process is using it: {cause.Message}", cause);
        }
    }

    /// <summary>Opens the connection that writes, with the tables checked and brought to the newest version.</summary>
    /// <exception cref="StorageStartException">The file is damaged, newer, or not a store.</exception>
    public SqliteDatabase OpenWriter(IReadOnlyList<string> steps)
    {
        SqliteDatabase? database = null;
        try
        {
            database = SqliteDatabase.Open(path);

            // FULL: every commit is flushed, which is what durable means. 4 KiB is the disk's own block: a commit touches a few
            // scattered pages of head, and larger pages would write more for each. 32 MiB of cache hold the inner pages and the
            // recent leaves of head for a million keys. The store decides itself when to copy the WAL back (SqliteWriter).
            database.Execute("PRAGMA page_size = 4096; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 1000; PRAGMA temp_store = MEMORY;");
            if (maxPages > 0)
            {
                database.Execute($"PRAGMA max_page_count = {maxPages}");
            }

            ThrowIfDamaged(database);
            SqliteSchema.Migrate(database, path, steps);
            return database;
        }
        catch (SqliteFailure failure)
        {
            database?.Dispose();
            throw failure.IsCorruption ? Damaged(failure.Message, failure) : new StorageStartException($"'{path}' cannot be opened: {failure.Message}", failure);
        }
        catch (StorageStartException)
        {
            database?.Dispose();
            throw;
        }
    }

    /// <summary>Opens a connection that reads.</summary>
    public SqliteDatabase OpenReader()
    {
        var database = SqliteDatabase.Open(path);
        database.Execute("PRAGMA query_only = ON; PRAGMA cache_size = -4096; PRAGMA temp_store = MEMORY;");
        return database;
    }

    /// <inheritdoc/>
    public void Dispose() => guard.Dispose();

    private void ThrowIfDamaged(SqliteDatabase database)
    {
        var findings = database.QueryTexts("PRAGMA quick_check(3)");
        if (findings is not ["ok"])
        {
            throw Damaged(string.Join("; ", findings), null);
        }
    }

    private StorageStartException Damaged(string findings, Exception? cause) =>
        new($"'{path}' is damaged ({findings.ReplaceLineEndings(" ")}). It was left as it is; restore a backup, or move the file away to start empty.", cause);
}
