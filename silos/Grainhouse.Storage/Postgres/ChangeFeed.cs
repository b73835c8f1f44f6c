using System.Collections.Immutable;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Postgres;

/// <summary>Puts the silo's own commits and those that it reads from the log into one order, each change once.</summary>
/// <remarks>
/// Revisions have no gaps, so what follows on is known by its number: own commits go straight to the followers while no other
/// silo's lie between, and spare the database the reading. Everything else comes from the log, which is the truth; a notification
/// only says when to look.
/// </remarks>
internal sealed class ChangeFeed(long start)
{
    private readonly Lock gate = new();
    private readonly Queue<ImmutableArray<StoreChange>> ahead = new();
    private long position = start;

    /// <summary>What followers read.</summary>
    public RecentChanges Recent { get; } = new(start);

    /// <summary>The newest revision that followers were told.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Called when there is something in the log that the feed needs.</summary>
    public Action? Wanted { get; set; }

    /// <summary>Adds a group that this silo committed. Groups come in order.</summary>
    public void Add(ImmutableArray<StoreChange> own)
    {
        lock (gate)
        {
            ahead.Enqueue(own);
            PublishAhead_NeedsLock();
            if (ahead.Count == 0)
            {
                return;
            }
        }

        Wanted?.Invoke();
    }

    /// <summary>Adds changes as the log has them.</summary>
    /// <returns>False when they do not follow on: what lies between is compacted.</returns>
    public bool Add(LogTail tail)
    {
        lock (gate)
        {
            // Compaction keeps every change after its start, so only a position before the start can have lost any.
            if (position < tail.Compacted || !TryPublish_NeedsLock(tail.Changes))
            {
                return false;
            }

            PublishAhead_NeedsLock();
            return true;
        }
    }

    /// <summary>Goes on at a revision without what lies before it.</summary>
    public void Skip(long revision)
    {
        lock (gate)
        {
            position = Math.Max(position, revision);
            Recent.Skip(position);
            PublishAhead_NeedsLock();
        }
    }

    private void PublishAhead_NeedsLock()
    {
        while (ahead.TryPeek(out var next) && TryPublish_NeedsLock(next))
        {
            ahead.Dequeue();
        }
    }

    // Publishes what is behind the position; false when there is a gap before it.
    private bool TryPublish_NeedsLock(ImmutableArray<StoreChange> changes)
    {
        if (changes.Length == 0 || changes[^1].Revision <= position)
        {
            return true;
        }

        if (changes[0].Revision > position + 1)
        {
            return false;
        }

        Recent.Publish(changes[(int)(position + 1 - changes[0].Revision)..]);
        Volatile.Write(ref position, changes[^1].Revision);
        return true;
    }
}
