namespace Grainhouse.Storage.Sqlite;

/// <summary>Moves the start of the history forward, a little with each commit.</summary>
/// <remarks>
/// Compaction rides in the transactions of the writes that make it necessary: it costs no flush of its own, a busy store
/// never falls behind, and an idle store does nothing at all. Of the revisions at or below the start only those remain that are
/// the state at the start, so a scan at any revision of the window, and the state before any change in it, stay readable.
/// </remarks>
internal sealed class HistoryWindow : IDisposable
{
    // A commit compacts up to twice what it wrote, so that compaction keeps up with any load and no commit pays for many others.
    // The least is so large that a lone writer's deletions share pages, the most so small that a commit stays within milliseconds.
    private const int LeastStretch = 32;
    private const int MostStretch = 512;

    private readonly StorageOptions options;
    private readonly SqliteStatement read;
    private readonly SqliteStatement remove;
    private readonly SqliteStatement save;
    private readonly List<Row> rows = new(MostStretch);
    private long oldestCommitted;
    private long pending;
    private long dueAt;
    private long startVolume;
    private long startVolumeCommitted;

    public HistoryWindow(SqliteDatabase database, StorageOptions options)
    {
        this.options = options;
        read = database.Prepare("SELECT revision, previous, document IS NULL, committed, volume FROM log WHERE revision > ?1 ORDER BY revision LIMIT ?2");
        remove = database.Prepare("DELETE FROM log WHERE revision = ?1");
        save = database.Prepare("UPDATE meta SET value = ?1 WHERE name = 'compacted'");
        oldestCommitted = database.QueryInteger("SELECT value FROM meta WHERE name = 'compacted'") ?? 0;
        pending = oldestCommitted;
        startVolume = startVolumeCommitted = database.QueryInteger($"SELECT volume FROM log WHERE revision > {oldestCommitted} ORDER BY revision LIMIT 1") ?? 0;
    }

    /// <summary>The oldest revision that changes can be read after.</summary>
    public long Oldest => Volatile.Read(ref oldestCommitted);

    /// <summary>Compacts one stretch if one is due. Inside the writer's transaction.</summary>
    /// <param name="newest">The newest revision of the transaction.</param>
    /// <param name="volume">The running total of document bytes.</param>
    /// <param name="now">Unix milliseconds.</param>
    /// <param name="writes">How much the transaction wrote.</param>
    public void Advance(long newest, long volume, long now, int writes)
    {
        var stretch = Math.Clamp(2 * writes, LeastStretch, MostStretch);
        var tooMany = newest - pending >= (long)options.HistoryMinRevisions + stretch && now >= dueAt;
        var tooLarge = volume - startVolume > options.HistoryMaxBytes;
        if (!tooMany && !tooLarge)
        {
            return;
        }

        ReadStretch(stretch);
        var last = 0L;
        foreach (var row in rows)
        {
            var isOverBytes = volume - row.Volume > options.HistoryMaxBytes;
            var isOld = now - row.Committed >= (long)options.HistoryMinAge.TotalMilliseconds;
            if (!isOverBytes && !(isOld && newest - row.Revision >= options.HistoryMinRevisions))
            {
                // Nothing behind it is older, so there is nothing to look at before this row is of age.
                dueAt = isOld ? 0 : row.Committed + (long)options.HistoryMinAge.TotalMilliseconds;
                break;
            }

            Remove(row);
            last = row.Revision;
            startVolume = row.Volume;
        }

        if (last > 0)
        {
            save.Bind(1, last).Run();
            pending = last;
        }
    }

    /// <summary>The transaction is durable.</summary>
    public void Confirm()
    {
        Volatile.Write(ref oldestCommitted, pending);
        startVolumeCommitted = startVolume;
    }

    /// <summary>The transaction failed.</summary>
    public void Revert()
    {
        read.Reset();
        remove.Reset();
        save.Reset();
        pending = oldestCommitted;
        startVolume = startVolumeCommitted;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        read.Dispose();
        remove.Dispose();
        save.Dispose();
    }

    private void ReadStretch(int stretch)
    {
        rows.Clear();
        read.Bind(1, pending).Bind(2, stretch);
        while (read.Step())
        {
            rows.Add(new Row(read.GetInteger(0), read.GetInteger(1), read.GetInteger(2) != 0, read.GetInteger(3), read.GetInteger(4)));
        }

        read.Reset();
    }

    private void Remove(Row row)
    {
        if (row.Previous > 0)
        {
            remove.Bind(1, row.Previous).Run();
        }

        if (row.IsDeletion)
        {
            remove.Bind(1, row.Revision).Run();
        }
    }

    private readonly record struct Row(long Revision, long Previous, bool IsDeletion, long Committed, long Volume);
}
