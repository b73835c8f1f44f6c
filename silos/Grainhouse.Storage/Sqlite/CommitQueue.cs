namespace Grainhouse.Storage.Sqlite;

/// <summary>What waits for the writer. While one group is being flushed, the next gathers here: that is the group commit.</summary>
internal sealed class CommitQueue
{
    // Bounds of one transaction, so that one caller's wait is bounded however many others there are.
    private const int MaxWrites = 1_024;
    private const long MaxBytes = 8 << 20;

    private readonly object gate = new();
    private readonly Queue<CommitRequest> waiting = new();
    private bool closed;

    /// <summary>Hands over a request; false when the queue is closed.</summary>
    public bool TryAdd(CommitRequest request)
    {
        lock (gate)
        {
            if (closed)
            {
                return false;
            }

            waiting.Enqueue(request);
            if (waiting.Count == 1)
            {
                Monitor.Pulse(gate);
            }

            return true;
        }
    }

    /// <summary>Waits for requests and takes as many as fit a transaction; false when the queue is closed and empty.</summary>
    public bool Take(List<CommitRequest> group)
    {
        group.Clear();
        lock (gate)
        {
            while (waiting.Count == 0)
            {
                if (closed)
                {
                    return false;
                }

                Monitor.Wait(gate);
            }

            var writes = 0;
            var bytes = 0L;
            while (writes < MaxWrites && bytes < MaxBytes && waiting.TryDequeue(out var request))
            {
                group.Add(request);
                writes += request.Writes.Length;
                bytes += Bytes(request);
            }

            return true;
        }
    }

    /// <summary>Takes no more; what waits is still served.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.PulseAll(gate);
        }
    }

    private static long Bytes(CommitRequest request)
    {
        var bytes = 0L;
        foreach (var write in request.Writes)
        {
            bytes += write.Document?.Length ?? 0;
        }

        return bytes;
    }
}
