using System.Collections.Immutable;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Sqlite;

/// <summary>A read connection. Each call sees one snapshot; the writer never waits for it.</summary>
internal sealed class SqliteReader : IDisposable
{
    // Behind every key that starts with a prefix: the last code point, which no key contains.
    private const string Last = "\U0010FFFF";

    private readonly SqliteDatabase database;
    private readonly SqliteStatement begin;
    private readonly SqliteStatement end;
    private readonly SqliteStatement newest;
    private readonly SqliteStatement oldest;
    private readonly SqliteStatement current;
    private readonly SqliteStatement document;
    private readonly SqliteStatement scan;
    private readonly SqliteStatement changedSince;
    private readonly SqliteStatement history;

    public SqliteReader(SqliteDatabase database)
    {
        this.database = database;
        begin = database.Prepare("BEGIN");
        end = database.Prepare("COMMIT");
        newest = database.Prepare("SELECT max(revision) FROM log");
        oldest = database.Prepare("SELECT value FROM meta WHERE name = 'compacted'");
        current = database.Prepare("SELECT log.revision, log.document FROM head JOIN log USING (revision) WHERE head.key = ?1");
        document = database.Prepare("SELECT document FROM log WHERE revision = ?1");
        scan = database.Prepare(
            "SELECT head.key, log.revision, log.document FROM head CROSS JOIN log USING (revision) WHERE head.key >= ?1 AND head.key <> ?2 AND head.key < ?3 AND log.revision <= ?4 ORDER BY head.key LIMIT ?5");
        changedSince = database.Prepare("SELECT key, previous FROM log WHERE revision > ?1 AND key > ?2 AND key >= ?3 AND key < ?4 ORDER BY revision");
        history = database.Prepare(
            "SELECT log.key, log.revision, log.document, log.previous, before.document FROM log LEFT JOIN log AS before ON before.revision = log.previous WHERE log.revision > ?1 AND log.revision <= ?2 AND log.key >= ?3 AND log.key < ?4 ORDER BY log.revision LIMIT ?5");
    }

    /// <summary>The current document of a key; null if there is none.</summary>
    public StoredDocument? Read(string key)
    {
        current.Bind(1, key);
        try
        {
            return current.Step() ? new StoredDocument(key, current.GetInteger(0), current.GetBytes(1)!.Value) : null;
        }
        finally
        {
            current.Reset();
        }
    }

    /// <summary>A page of the documents whose keys start with a prefix.</summary>
    public ScanPage Scan(string prefix, long? at, string after, int limit) => InSnapshot(() =>
    {
        var revision = ReadNewest();
        var shown = Math.Min(at ?? revision, revision);
        ThrowIfCompacted(shown);
        var most = limit <= 0 ? int.MaxValue - 1 : limit;
        var items = new List<StoredDocument>();
        ScanHeads(prefix, shown, after, most + 1, items);
        if (shown < revision)
        {
            items = Merge(items, ReadReplaced(prefix, shown, after), most);
        }

        var more = items.Count > most;
        return new ScanPage(shown, [.. more ? items[..most] : items], more);
    });

    /// <summary>A page of the log. Without <paramref name="withPrevious"/> the replaced documents are not fetched.</summary>
    public HistoryPage ReadHistory(string prefix, long after, long upTo, int limit, long maxBytes) => InSnapshot(() =>
    {
        ThrowIfCompacted(after);
        var shown = Math.Min(upTo, ReadNewest());
        var changes = ImmutableArray.CreateBuilder<LoggedChange>();
        var bytes = 0L;
        history.Bind(1, after).Bind(2, shown).Bind(3, prefix).Bind(4, prefix + Last).Bind(5, limit);
        while (bytes < maxBytes && history.Step())
        {
            var change = new StoreChange(history.GetText(0), history.GetInteger(1), history.GetBytes(2), history.GetInteger(3));
            changes.Add(new LoggedChange(change, history.GetBytes(4)));
            bytes += change.Document?.Length ?? 0;
        }

        history.Reset();
        var isFull = changes.Count == limit || bytes >= maxBytes;
        return new HistoryPage(isFull ? changes[^1].Change.Revision : Math.Max(shown, after), changes.DrainToImmutable());
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<SqliteStatement>)[begin, end, newest, oldest, current, document, scan, changedSince, history])
        {
            statement.Dispose();
        }

        database.Dispose();
    }

    // The state at an older revision of two sources, both in key order: keys that did not change since, and what replaced keys were.
    private static List<StoredDocument> Merge(List<StoredDocument> unchanged, List<StoredDocument> replaced, int most)
    {
        unchanged.AddRange(replaced);
        unchanged.Sort(static (left, right) => Utf8Order.Compare(left.Key, right.Key));
        return unchanged.Count > most + 1 ? unchanged[..(most + 1)] : unchanged;
    }

    private T InSnapshot<T>(Func<T> read)
    {
        begin.Run();
        try
        {
            return read();
        }
        finally
        {
            foreach (var statement in (ReadOnlySpan<SqliteStatement>)[newest, oldest, document, scan, changedSince, history])
            {
                statement.Reset();
            }

            end.Run();
        }
    }

    private void ScanHeads(string prefix, long at, string after, int limit, List<StoredDocument> items)
    {
        // One lower bound, because SQLite seeks by one only.
        scan.Bind(1, Utf8Order.Compare(after, prefix) > 0 ? after : prefix).Bind(2, after).Bind(3, prefix + Last).Bind(4, at).Bind(5, limit);
        while (scan.Step())
        {
            items.Add(new StoredDocument(scan.GetText(0), scan.GetInteger(1), scan.GetBytes(2)!.Value));
        }
    }

    private List<StoredDocument> ReadReplaced(string prefix, long at, string after)
    {
        var firstPrevious = new Dictionary<string, long>(StringComparer.Ordinal);
        changedSince.Bind(1, at).Bind(2, after).Bind(3, prefix).Bind(4, prefix + Last);
        while (changedSince.Step())
        {
            firstPrevious.TryAdd(changedSince.GetText(0), changedSince.GetInteger(1));
        }

        var items = new List<StoredDocument>();
        foreach (var (key, revision) in firstPrevious)
        {
            if (revision > 0)
            {
                items.Add(ReadRevision(key, revision));
            }
        }

        return items;
    }

    private StoredDocument ReadRevision(string key, long revision)
    {
        document.Bind(1, revision);
        var bytes = document.Step() ? document.GetBytes(0) : null;
        document.Reset();
        return new StoredDocument(key, revision, bytes ?? throw new System.Diagnostics.UnreachableException($"Revision {revision} of '{key}' is in the history but not in the log."));
    }

    private long ReadNewest()
    {
        var logged = newest.Step() ? newest.GetInteger(0) : 0;
        return Math.Max(logged, ReadOldest());
    }

    private long ReadOldest()
    {
        var value = oldest.Step() ? oldest.GetInteger(0) : 0;
        oldest.Reset();
        return value;
    }

    private void ThrowIfCompacted(long asked)
    {
        var start = ReadOldest();
        if (asked < start)
        {
            throw new RevisionCompactedException(asked, start);
        }
    }
}
