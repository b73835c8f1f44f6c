using System.Collections.Immutable;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage;

/// <summary>The newest committed batches, for readers of the change feed that keep up. A reader that does not reads the log instead.</summary>
/// <remarks>Readers hold a revision, never a batch, so a slow one keeps nothing alive and nobody waits for it.</remarks>
internal sealed class RecentChanges(long start)
{
    private const int MaxBatches = 4_096;
    private const long MaxBytes = 16 << 20;

    private readonly Lock gate = new();
    private readonly ImmutableArray<StoreChange>[] batches = new ImmutableArray<StoreChange>[MaxBatches];
    private int first;
    private int count;
    private long bytes;
    private long floor = start;
    private long newest = start;
    private TaskCompletionSource? waiting;

    /// <summary>Adds a batch and wakes the readers.</summary>
    public void Publish(ImmutableArray<StoreChange> batch)
    {
        TaskCompletionSource? woken;
        lock (gate)
        {
            if (count == MaxBatches)
            {
                RemoveFirst_NeedsLock();
            }

            batches[(first + count) % MaxBatches] = batch;
            count++;
            bytes += Bytes(batch);
            newest = batch[^1].Revision;
            while (bytes > MaxBytes && count > 1)
            {
                RemoveFirst_NeedsLock();
            }

            woken = waiting;
            waiting = null;
        }

        woken?.SetResult();
    }

    /// <summary>Goes on at a later revision without the changes between: a reader that lacks them is sent to the log, which says whether it has them.</summary>
    public void Skip(long revision)
    {
        TaskCompletionSource? woken;
        lock (gate)
        {
            while (count > 0)
            {
                RemoveFirst_NeedsLock();
            }

            floor = revision;
            newest = revision;
            woken = waiting;
            waiting = null;
        }

        woken?.SetResult();
    }

    /// <summary>Finds the first batch with a change after a revision.</summary>
    /// <returns>False: the batch is no longer here. True with an empty batch: there is none yet, and <paramref name="next"/> completes when there is.</returns>
    public bool TryRead(long after, out ImmutableArray<StoreChange> batch, out Task? next)
    {
        lock (gate)
        {
            next = null;
            batch = [];
            if (after >= newest)
            {
                waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                next = waiting.Task;
                return true;
            }

            if (after < floor)
            {
                return false;
            }

            batch = Find_NeedsLock(after);
        }

        var skip = 0;
        while (batch[skip].Revision <= after)
        {
            skip++;
        }

        batch = skip == 0 ? batch : batch[skip..];
        return true;
    }

    private static long Bytes(ImmutableArray<StoreChange> batch)
    {
        var bytes = 0L;
        foreach (var change in batch)
        {
            bytes += change.Document?.Length ?? 0;
        }

        return bytes;
    }

    private ImmutableArray<StoreChange> Find_NeedsLock(long after)
    {
        var low = 0;
        var high = count - 1;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (batches[(first + middle) % MaxBatches][^1].Revision > after)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return batches[(first + low) % MaxBatches];
    }

    private void RemoveFirst_NeedsLock()
    {
        floor = batches[first][^1].Revision;
        bytes -= Bytes(batches[first]);
        batches[first] = default;
        first = (first + 1) % MaxBatches;
        count--;
    }
}
