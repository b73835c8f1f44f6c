using System.Collections.Immutable;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Sqlite;

/// <summary>Applies groups of requests, a transaction each. Used by the writer's thread only.</summary>
internal sealed class SqliteWriter : IDisposable
{
    private readonly SqliteDatabase database;
    private readonly TimeProvider time;
    private readonly HistoryWindow window;
    private readonly SqliteStatement begin;
    private readonly SqliteStatement commit;
    private readonly SqliteStatement readHead;
    private readonly SqliteStatement writeHead;
    private readonly SqliteStatement deleteHead;
    private readonly SqliteStatement append;
    private readonly ImmutableArray<StoreChange>.Builder changes = ImmutableArray.CreateBuilder<StoreChange>();

    // Revisions of a transaction that failed are not given again: the file may hold its traces.
    private long lastGiven;
    private long volume;

    public SqliteWriter(SqliteDatabase database, StorageOptions options, TimeProvider time)
    {
        this.database = database;
        this.time = time;
        begin = database.Prepare("BEGIN IMMEDIATE");
        commit = database.Prepare("COMMIT");
        readHead = database.Prepare("SELECT revision FROM head WHERE key = ?1");
        writeHead = database.Prepare("INSERT INTO head VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET revision = ?2");
        deleteHead = database.Prepare("DELETE FROM head WHERE key = ?1");
        append = database.Prepare("INSERT INTO log VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        window = new HistoryWindow(database, options);
        lastGiven = Math.Max(database.QueryInteger("SELECT max(revision) FROM log") ?? 0, window.Oldest);
        volume = database.QueryInteger("SELECT volume FROM log ORDER BY revision DESC LIMIT 1") ?? 0;
        Revision = lastGiven;
    }

    /// <summary>The newest committed revision.</summary>
    public long Revision { get; private set; }

    /// <summary>The oldest revision that changes can be read after.</summary>
    public long OldestRevision => window.Oldest;

    /// <summary>Commits a group and sets its outcomes; the changes that are now durable, in order.</summary>
    /// <exception cref="SqliteFailure">Nothing of the group was committed.</exception>
    public ImmutableArray<StoreChange> Commit(List<CommitRequest> group)
    {
        changes.Clear();
        var volumeBefore = volume;
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        try
        {
            RollBack();
            begin.Run();
            foreach (var request in group)
            {
                Apply(request, now);
            }

            if (changes.Count == 0)
            {
                database.Execute("ROLLBACK");
                return [];
            }

            window.Advance(lastGiven, volume, now, changes.Count);
            commit.Run();
        }
        catch (SqliteFailure)
        {
            volume = volumeBefore;
            window.Revert();
            RollBack();
            throw;
        }

        window.Confirm();
        Revision = lastGiven;
        return changes.DrainToImmutable();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[begin, commit, readHead, writeHead, deleteHead, append])
        {
            statement.Dispose();
        }

        window.Dispose();
        database.Dispose();
    }

    private void Apply(CommitRequest request, long now)
    {
        var outcomes = new WriteOutcome[request.Writes.Length];
        for (var index = 0; index < outcomes.Length; index++)
        {
            outcomes[index] = Apply(request.Writes[index], now);
        }

        request.Outcomes = System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(outcomes);
    }

    private WriteOutcome Apply(StoreWrite write, long now)
    {
        var current = readHead.Bind(1, write.Key).Step() ? readHead.GetInteger(0) : 0;
        readHead.Reset();
        if (current != write.ExpectedRevision || (current == 0 && write.Document is null))
        {
            return new WriteOutcome(false, current);
        }

        var revision = ++lastGiven;
        volume += write.Document?.Length ?? 0;
        append.Bind(1, revision).Bind(2, write.Key).Bind(3, write.Document).Bind(4, current).Bind(5, now).Bind(6, volume).Run();
        if (write.Document is null)
        {
            deleteHead.Bind(1, write.Key).Run();
        }
        else
        {
            writeHead.Bind(1, write.Key).Bind(2, revision).Run();
        }

        changes.Add(new StoreChange(write.Key, revision, write.Document, current));
        return new WriteOutcome(true, revision);
    }

    // Also before a transaction: the roll-back of the one before may itself have failed.
    private void RollBack()
    {
        if (!database.InTransaction)
        {
            return;
        }

        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[begin, commit, readHead, writeHead, deleteHead, append])
        {
            statement.Reset();
        }

        database.Execute("ROLLBACK");
    }
}
