using Grainhouse.Storage.Postgres;

namespace Grainhouse.Storage;

/// <summary>Where the store lives and how much history it keeps.</summary>
/// <remarks>
/// A revision is kept while it is among the newest <see cref="HistoryMinRevisions"/> or younger than <see cref="HistoryMinAge"/>,
/// whichever keeps more, as long as the history is smaller than <see cref="HistoryMaxBytes"/>.
/// </remarks>
public sealed class StorageOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Storage";

    /// <summary>The PostgreSQL database that holds the store; null for the file at <see cref="Path"/>.</summary>
    /// <value>A URL (<c>postgres://user:password@host/database</c>) or a connection string of Npgsql. It may hold a password: it is never logged.</value>
    public string? Database { get; set; }

    /// <summary>The database file. Its directory is made when it is absent; WAL, index and lock lie beside it.</summary>
    public string Path { get; set; } = "grainhouse.db";

    /// <summary>Revisions that are kept however old they are.</summary>
    /// <value>Default 100,000: a client that was away resumes its watch after the busiest rollout (5,000 pods, some ten writes each) twice over.</value>
    public int HistoryMinRevisions { get; set; } = 100_000;

    /// <summary>The age up to which revisions are kept however many there are.</summary>
    /// <value>Default 10 minutes: twice etcd's compaction interval under Kubernetes, and longer than a client's usual reconnect back-off.</value>
    public TimeSpan HistoryMinAge { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Bytes of documents in the history above which the oldest go, whatever the two minima say.</summary>
    /// <value>Default 1 GiB: ten minutes of 1,000 writes a second of 1.7 kB, and a disk that everyone has.</value>
    public long HistoryMaxBytes { get; set; } = 1L << 30;

    /// <summary>The most pages of 4 KiB the database may have; 0 for no limit but the disk's.</summary>
    public int MaxPages { get; set; }

    /// <summary>Bytes up to which the file is checked whole before the store opens. A larger one is checked while the store works, and only if its last user was cut off.</summary>
    /// <value>Default 16 MiB: some 30 ms, which nobody waits for in vain. See ADR 7.</value>
    public long CheckAtStartBytes { get; set; } = 16L << 20;

    /// <summary>Where the store is, for people: without the password.</summary>
    /// <exception cref="FormatException"><see cref="Database"/> is no address.</exception>
    public string Place => Database is null ? Path : PostgresAddress.Parse(Database).ToString();

    /// <summary>Why the options cannot work, with the key and the value; null when they can.</summary>
    public string? FindFault() => this switch
    {
        { Database: null, Path.Length: 0 } => $"{Section}:{nameof(Path)} is empty; it must name the database file.",
        { Database: not null } when FindDatabaseFault(Database) is { } fault => $"{Section}:{nameof(Database)} cannot be used: {fault}.",
        { HistoryMinRevisions: < 1 } => $"{Section}:{nameof(HistoryMinRevisions)} is {HistoryMinRevisions}; it must be at least 1.",
        { HistoryMinAge.Ticks: < 0 } => $"{Section}:{nameof(HistoryMinAge)} is {HistoryMinAge}; it must not be negative.",
        { HistoryMaxBytes: < 1 } => $"{Section}:{nameof(HistoryMaxBytes)} is {HistoryMaxBytes}; it must be at least 1.",
        { CheckAtStartBytes: < 0 } => $"{Section}:{nameof(CheckAtStartBytes)} is {CheckAtStartBytes}; it must not be negative.",
        { MaxPages: < 0 } => $"{Section}:{nameof(MaxPages)} is {MaxPages}; it must not be negative.",
        _ => null,
    };

    private static string? FindDatabaseFault(string text)
    {
        try
        {
            PostgresAddress.Parse(text);
            return null;
        }
        catch (FormatException fault)
        {
            return fault.Message;
        }
    }
}
