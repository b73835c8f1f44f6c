using System.Collections.Immutable;
using Grainhouse.Interfaces.Storage;
using Npgsql;
using static Grainhouse.Storage.Postgres.Parameter;

namespace Grainhouse.Storage.Postgres;

/// <summary>Reads the store. Each call is one statement, so it sees one snapshot: the start of the history, the newest revision and the rows belong together.</summary>
internal sealed class PostgresReader(PostgresCalls calls)
{
    // Behind every key that starts with a prefix: the last code point, which no key contains.
    private const string Last = "\U0010FFFF";

    private const string Current = "SELECT l.revision, l.document FROM grainhouse.head h JOIN grainhouse.log l USING (revision) WHERE h.key = $1";

    private const string Newest = "SELECT revision FROM grainhouse.counter WHERE one";

    private const string Scan = """
        SELECT c.revision, s.compacted, i.key, i.revision, i.document
        FROM grainhouse.counter c CROSS JOIN grainhouse.history s LEFT JOIN LATERAL (
          SELECT h.key, h.revision, l.document FROM grainhouse.head h JOIN grainhouse.log l USING (revision)
          WHERE h.key >= $1 AND h.key > $2 AND h.key < $3 ORDER BY h.key LIMIT $4) i ON true
        ORDER BY i.key
        """;

    // The state at an older revision: keys that did not change since, and of those that did what their first change replaced.
    private const string ScanPast = """
        SELECT c.revision, s.compacted, i.key, i.revision, l.document
        FROM grainhouse.counter c CROSS JOIN grainhouse.history s LEFT JOIN LATERAL (
          SELECT u.key, u.revision FROM (
            (SELECT h.key, h.revision FROM grainhouse.head h
             WHERE h.key >= $1 AND h.key > $2 AND h.key < $3 AND h.revision <= least($5, c.revision) ORDER BY h.key LIMIT $4)
            UNION ALL
            (SELECT f.key, f.previous FROM (
               SELECT DISTINCT ON (key) key, previous FROM grainhouse.log
               WHERE revision > least($5, c.revision) AND key >= $1 AND key > $2 AND key < $3 ORDER BY key, revision) f
             WHERE f.previous > 0 ORDER BY f.key LIMIT $4)) u
          ORDER BY u.key LIMIT $4) i ON true
        LEFT JOIN grainhouse.log l ON l.revision = i.revision
        ORDER BY i.key
        """;

    private const string History = """
        SELECT c.revision, s.compacted, i.key, i.revision, i.document, i.previous, i.before
        FROM grainhouse.counter c CROSS JOIN grainhouse.history s LEFT JOIN LATERAL (
          SELECT l.key, l.revision, l.document, l.previous, b.document AS before
          FROM grainhouse.log l LEFT JOIN grainhouse.log b ON b.revision = l.previous
          WHERE l.revision > $1 AND l.revision <= least($2, c.revision) AND l.key >= $3 AND l.key < $4 ORDER BY l.revision LIMIT $5) i ON true
        ORDER BY i.revision
        """;

    private const string Changes = """
        SELECT c.revision, s.compacted, i.key, i.revision, i.document, i.previous
        FROM grainhouse.counter c CROSS JOIN grainhouse.history s LEFT JOIN LATERAL (
          SELECT l.key, l.revision, l.document, l.previous FROM grainhouse.log l WHERE l.revision > $1 ORDER BY l.revision LIMIT $2) i ON true
        ORDER BY i.revision
        """;

    // Bytes of documents after which a page ends: a page of the largest objects is not held in memory.
    private const long PageBytes = 4 << 20;

    /// <summary>The current document of a key; null if there is none.</summary>
    public Task<StoredDocument?> ReadAsync(string key, CancellationToken cancellationToken) => calls.RunAsync(
        () => calls.Command(Current, Text(key)),
        async (reader, token) => await reader.ReadAsync(token) ? new StoredDocument(key, reader.GetInt64(0), Bytes(reader, 1)!.Value) : null,
        cancellationToken);

    /// <summary>The newest committed revision.</summary>
    public Task<long> ReadRevisionAsync(CancellationToken cancellationToken) => calls.RunAsync(
        () => calls.Command(Newest),
        async (reader, token) => await reader.ReadAsync(token) ? reader.GetInt64(0) : 0,
        cancellationToken);

    /// <summary>A page of the documents whose keys start with a prefix.</summary>
    public Task<ScanPage> ScanAsync(string prefix, long? at, string after, int limit, CancellationToken cancellationToken)
    {
        var most = limit <= 0 ? int.MaxValue - 1 : limit;
        return calls.RunAsync(
            () => at is { } past
                ? calls.Command(ScanPast, Text(prefix), Text(after), Text(prefix + Last), Number(most + 1), Number(past))
                : calls.Command(Scan, Text(prefix), Text(after), Text(prefix + Last), Number(most + 1)),
            (reader, token) => ReadPageAsync(reader, at, most, token),
            cancellationToken);
    }

    /// <summary>A page of the log.</summary>
    public Task<HistoryPage> ReadHistoryAsync(string prefix, long after, long upTo, int limit, CancellationToken cancellationToken) => calls.RunAsync(
        () => calls.Command(History, Number(after), Number(upTo), Text(prefix), Text(prefix + Last), Number(limit)),
        async (reader, token) =>
        {
            var changes = ImmutableArray.CreateBuilder<LoggedChange>();
            var bytes = 0L;
            var shown = 0L;
            while (bytes < PageBytes && await reader.ReadAsync(token))
            {
                shown = Math.Min(upTo, Snapshot(reader, after));
                if (HasItem(reader))
                {
                    changes.Add(new LoggedChange(Change(reader), Bytes(reader, 6)));
                    bytes += changes[^1].Change.Document?.Length ?? 0;
                }
            }

            var isFull = changes.Count == limit || bytes >= PageBytes;
            return new HistoryPage(isFull ? changes[^1].Change.Revision : Math.Max(shown, after), changes.DrainToImmutable());
        },
        cancellationToken);

    /// <summary>What the change feed asks: the newest revision, the start of the history, and the next changes after a revision. Tries once.</summary>
    /// <remarks>It does not throw when the revision is compacted: the changes then do not follow on.</remarks>
    public Task<LogTail> ReadTailAsync(long after, int limit, CancellationToken cancellationToken) => calls.TryAsync(
        () => calls.Command(Changes, Number(after), Number(limit)),
        async (reader, token) =>
        {
            var changes = ImmutableArray.CreateBuilder<StoreChange>();
            var bytes = 0L;
            var (newest, compacted) = (0L, 0L);
            while (bytes < PageBytes && await reader.ReadAsync(token))
            {
                (newest, compacted) = (reader.GetInt64(0), reader.GetInt64(1));
                if (HasItem(reader))
                {
                    changes.Add(Change(reader));
                    bytes += changes[^1].Document?.Length ?? 0;
                }
            }

            return new LogTail(newest, compacted, changes.DrainToImmutable());
        },
        cancellationToken);

    private static async Task<ScanPage> ReadPageAsync(NpgsqlDataReader reader, long? at, int most, CancellationToken cancellationToken)
    {
        var items = ImmutableArray.CreateBuilder<StoredDocument>();
        var shown = 0L;
        while (await reader.ReadAsync(cancellationToken))
        {
            var newest = reader.GetInt64(0);
            shown = Math.Min(at ?? newest, newest);
            ThrowIfCompacted(reader, shown);
            if (items.Count == most)
            {
                return new ScanPage(shown, items.DrainToImmutable(), More: true);
            }

            if (HasItem(reader))
            {
                items.Add(new StoredDocument(reader.GetString(2), reader.GetInt64(3), Bytes(reader, 4)!.Value));
            }
        }

        return new ScanPage(shown, items.DrainToImmutable(), More: false);
    }

    // The newest revision of the snapshot, once it is known that its history reaches back to the one asked for.
    private static long Snapshot(NpgsqlDataReader reader, long asked)
    {
        ThrowIfCompacted(reader, asked);
        return reader.GetInt64(0);
    }

    private static void ThrowIfCompacted(NpgsqlDataReader reader, long asked)
    {
        var oldest = reader.GetInt64(1);
        if (asked < oldest)
        {
            throw new RevisionCompactedException(asked, oldest);
        }
    }

    private static StoreChange Change(NpgsqlDataReader reader) => new(reader.GetString(2), reader.GetInt64(3), Bytes(reader, 4), reader.GetInt64(5));

    // Where a snapshot has no items, its one row has only the revisions.
    private static bool HasItem(NpgsqlDataReader reader) => !reader.IsDBNull(2);

    private static ReadOnlyMemory<byte>? Bytes(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? default(ReadOnlyMemory<byte>?) : reader.GetFieldValue<byte[]>(column);
}

/// <summary>The end of the log as the change feed sees it.</summary>
/// <param name="Newest">The newest committed revision.</param>
/// <param name="Compacted">The oldest revision that changes can be read after.</param>
/// <param name="Changes">The next changes, in order; not all of them, if there are many.</param>
internal sealed record LogTail(long Newest, long Compacted, ImmutableArray<StoreChange> Changes);
