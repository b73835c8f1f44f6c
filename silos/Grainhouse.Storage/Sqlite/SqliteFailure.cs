using SQLitePCL;

namespace Grainhouse.Storage.Sqlite;

/// <summary>SQLite refused a call.</summary>
internal sealed class SqliteFailure(int code, string message) : Exception($"SQLite error {code}: {message}")
{
    /// <summary>The extended result code.</summary>
    public int Code { get; } = code;

    /// <summary>Whether the file itself is broken or no database.</summary>
    public bool IsCorruption => (Code & 0xFF) is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>Whether the call was ended by <see cref="SqliteDatabase.Interrupt"/>.</summary>
    public bool IsInterruption => (Code & 0xFF) == raw.SQLITE_INTERRUPT;

    /// <summary>The failure as callers of the store see it.</summary>
    public StorageUnavailability Kind => (Code & 0xFF) switch
    {
        raw.SQLITE_FULL => StorageUnavailability.DiskFull,
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => StorageUnavailability.Busy,
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB => StorageUnavailability.Corrupt,
        _ => StorageUnavailability.InputOutput,
    };
}

/// <summary>Why a commit could not be made.</summary>
internal enum StorageUnavailability
{
    /// <summary>The disk or the database's page limit is reached.</summary>
    DiskFull,

    /// <summary>Another process holds the database.</summary>
    Busy,

    /// <summary>The database is damaged.</summary>
    Corrupt,

    /// <summary>A read, write or flush failed.</summary>
    InputOutput,
}
