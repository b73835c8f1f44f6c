namespace Grainhouse.Storage.Cache;

/// <summary>The newest batches, which watches read. One that has fallen behind them reads the store's log.</summary>
internal sealed class RecentBatches
{
    // 32 MiB of documents, which the snapshots mostly hold anyway, and at most so many batches: seconds of the greatest load,
    // and long enough at any other for every watch that keeps up at all.
    private const int MaxBatches = 8_192;
    private const long MaxBytes = 32 << 20;

    private readonly Lock gate = new();
    private readonly CachedBatch[] batches = new CachedBatch[MaxBatches];
    private int first;
    private int count;
    private long bytes;
    private long floor;

    /// <summary>Forgets everything: batches follow after this revision.</summary>
    public void Reset(long revision)
    {
        lock (gate)
        {
            Array.Clear(batches);
            (first, count, bytes, floor) = (0, 0, 0, revision);
        }
    }

    /// <summary>Adds a batch.</summary>
    public void Add(CachedBatch batch)
    {
        lock (gate)
        {
            if (count == MaxBatches)
            {
                RemoveFirst_NeedsLock();
            }

            batches[(first + count) % MaxBatches] = batch;
            count++;
            bytes += batch.Bytes;
            while (bytes > MaxBytes && count > 1)
            {
                RemoveFirst_NeedsLock();
            }
        }
    }

    /// <summary>Copies the batches with a change after a revision, as many as fit.</summary>
    /// <returns>How many; -1 when the first of them is no longer here.</returns>
    public int Read(long after, Span<CachedBatch> into)
    {
        lock (gate)
        {
            if (after < floor)
            {
                return -1;
            }

            var start = FindFirst_NeedsLock(after);
            var length = Math.Min(count - start, into.Length);
            for (var index = 0; index < length; index++)
            {
                into[index] = batches[(first + start + index) % MaxBatches];
            }

            return length;
        }
    }

    private int FindFirst_NeedsLock(long after)
    {
        var low = 0;
        var high = count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (batches[(first + middle) % MaxBatches].Revision > after)
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        return low;
    }

    private void RemoveFirst_NeedsLock()
    {
        floor = batches[first].Revision;
        bytes -= batches[first].Bytes;
        batches[first] = null!;
        first = (first + 1) % MaxBatches;
        count--;
    }
}
