namespace Grainhouse.Storage.Sqlite;

/// <summary>The tables, and the steps from each version of them to the next.</summary>
internal static class SqliteSchema
{
    // "GrHs": lets `file` name the database, and keeps the store off files that are something else.
    private const long ApplicationId = 0x47724873;

    /// <summary>The steps: the first makes version 1 of an empty file, the next version 2 of version 1, ...</summary>
    /// <remarks>
    /// Each document is written once, to the log; head says which revision of a key is the current one. "volume" is the running
    /// total of document bytes, so that the size of any stretch of the history is a subtraction.
    /// </remarks>
    public static IReadOnlyList<string> Steps { get; } =
    [
        """
        CREATE TABLE log (
          revision INTEGER PRIMARY KEY,
          key TEXT NOT NULL,
          document BLOB,
          previous INTEGER NOT NULL,
          committed INTEGER NOT NULL,
          volume INTEGER NOT NULL);
        CREATE TABLE head (key TEXT PRIMARY KEY, revision INTEGER NOT NULL) WITHOUT ROWID;
        INSERT INTO meta VALUES ('compacted', 0);
        """,
    ];

    /// <summary>Brings the tables to the newest version, one transaction a step.</summary>
    /// <exception cref="StorageStartException">The file is of a newer version, or is not a store.</exception>
    public static void Migrate(SqliteDatabase database, string path, IReadOnlyList<string> steps)
    {
        var application = database.QueryInteger("PRAGMA application_id") ?? 0;
        var isEmpty = database.QueryInteger("SELECT count(*) FROM sqlite_schema") == 0;
        if (application != ApplicationId && !isEmpty)
        {
            throw NoStore(path);
        }

        if (isEmpty)
        {
            database.Execute($"""
                BEGIN IMMEDIATE;
                PRAGMA application_id = {ApplicationId};
                CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
                INSERT INTO meta VALUES ('schema', 0);
                COMMIT;
                """);
        }

        for (var next = Check(database, path, steps.Count); next < steps.Count; next++)
        {
            database.Execute($"BEGIN IMMEDIATE; {steps[next]} UPDATE meta SET value = {next + 1} WHERE name = 'schema'; COMMIT;");
        }
    }

    /// <summary>Reads the version of the tables.</summary>
    /// <param name="database">The file.</param>
    /// <param name="path">Its name, for the message.</param>
    /// <param name="newest">The newest version that can be read.</param>
    /// <exception cref="StorageStartException">The file is of a newer version, or is not a store.</exception>
    public static int Check(SqliteDatabase database, string path, int newest)
    {
        if (database.QueryInteger("PRAGMA application_id") != ApplicationId)
        {
            throw NoStore(path);
        }

        var version = (int)(database.QueryInteger("SELECT value FROM meta WHERE name = 'schema'") ?? 0);
        return version <= newest
            ? version
            : throw new StorageStartException(
                $"'{path}' has schema version {version}, this program knows up to {newest}: it was written by a newer Grainhouse. Start that version, or restore a backup.");
    }

    /// <summary>The newest revision that was given: where the history is compacted up to it, no row of the log has it.</summary>
    public static long ReadNewest(SqliteDatabase database) => Math.Max(
        database.QueryInteger("SELECT max(revision) FROM log") ?? 0,
        database.QueryInteger("SELECT value FROM meta WHERE name = 'compacted'") ?? 0);

    private static StorageStartException NoStore(string path) => new($"'{path}' is an SQLite database but not a Grainhouse store; name another file.");
}
