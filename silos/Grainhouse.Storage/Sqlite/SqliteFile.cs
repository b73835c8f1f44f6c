namespace Grainhouse.Storage.Sqlite;

/// <summary>Opens connections to the database file with the store's settings.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly string path;
    private readonly StorageOptions options;
    private readonly FileStream guard;
    private readonly bool isSmall;

    private SqliteFile(string path, StorageOptions options, FileStream guard)
    {
        this.path = path;
        this.options = options;
        this.guard = guard;
        isSmall = LengthOf(path) <= options.CheckAtStartBytes;

        // Who closes the store copies the write-ahead log back and removes it: one that is there was left by a crash.
        IsToBeChecked = !isSmall && LengthOf(path + "-wal") > 0;
    }

    /// <summary>Whether the file is too large to have been checked at the start, and its last user was cut off.</summary>
    public bool IsToBeChecked { get; }

    /// <summary>Takes the file for this process. The lock goes with the process, however it ends.</summary>
    /// <exception cref="StorageStartException">Another process has it, or it cannot be made.</exception>
    public static SqliteFile Take(StorageOptions options)
    {
        var path = Path.GetFullPath(options.Path);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            return new SqliteFile(path, options, new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 0));
        }
        catch (Exception cause) when (cause is IOException or UnauthorizedAccessException)
        {
            throw new StorageStartException($"'{path}' cannot be opened, or another process is using it: {cause.Message}", cause);
        }
    }

    /// <summary>Opens the connection that writes, with the tables brought to the newest version; a small file is checked whole.</summary>
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
            if (options.MaxPages > 0)
            {
                database.Execute($"PRAGMA max_page_count = {options.MaxPages}");
            }

            if (isSmall && SqliteFileCheck.Run(database) is { Length: > 0 } findings)
            {
                throw Damaged(findings, null);
            }

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

    private static long LengthOf(string path) => File.Exists(path) ? new FileInfo(path).Length : 0;

    private StorageStartException Damaged(string findings, Exception? cause) =>
        new($"'{path}' is damaged ({findings.ReplaceLineEndings(" ")}). It was left as it is; restore a backup, or move the file away to start empty.", cause);
}
