namespace Grainhouse.Storage.Cache;

/// <summary>Those who wait until the cache shows a revision.</summary>
internal sealed class RevisionWaiters
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<TaskCompletionSource, long> waiting = new();
    private long reached;

    /// <summary>The newest revision that was reached.</summary>
    public long Reached => Volatile.Read(ref reached);

    /// <summary>Completes when a revision is reached.</summary>
    public ValueTask WaitAsync(long revision, CancellationToken cancellationToken)
    {
        if (Reached >= revision)
        {
            return ValueTask.CompletedTask;
        }

        TaskCompletionSource waiter;
        lock (gate)
        {
            if (reached >= revision)
            {
                return ValueTask.CompletedTask;
            }

            waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            waiting.Enqueue(waiter, revision);
        }

        return new ValueTask(WaitAsync(waiter, cancellationToken));
    }

    /// <summary>Wakes those whose revision is reached.</summary>
    public void Reach(long revision)
    {
        lock (gate)
        {
            Volatile.Write(ref reached, revision);
            while (waiting.TryPeek(out var waiter, out var wanted) && wanted <= revision)
            {
                waiting.Dequeue();
                waiter.SetResult();
            }
        }
    }

    private async Task WaitAsync(TaskCompletionSource waiter, CancellationToken cancellationToken)
    {
        try
        {
            await waiter.Task.WaitAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // A revision that never comes must not be waited for here for ever.
            lock (gate)
            {
                waiting.Remove(waiter, out _, out _);
            }

            throw;
        }
    }
}
