namespace Grainhouse.HostAgent.Pods;

/// <summary>Wakes pods at the times they ask for: one timer for all, however many they are.</summary>
internal sealed class WakeQueue : IDisposable
{
    private readonly Lock gate = new();
    private readonly PriorityQueue<PodWorker, DateTimeOffset> queue = new();
    private readonly TimeProvider time;
    private readonly ITimer timer;
    private DateTimeOffset armedFor = DateTimeOffset.MaxValue;

    public WakeQueue(TimeProvider time)
    {
        this.time = time;
        timer = time.CreateTimer(static queue => ((WakeQueue)queue!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Wakes a worker at a time; the worker itself ignores a wake that it no longer wants.</summary>
    public void Add(PodWorker worker, DateTimeOffset at)
    {
        lock (gate)
        {
            queue.Enqueue(worker, at);
            if (at < armedFor)
            {
                Arm(at);
            }
        }
    }

    public void Dispose() => timer.Dispose();

    private void Fire()
    {
        List<PodWorker> due = [];
        lock (gate)
        {
            var now = time.GetUtcNow();
            while (queue.TryPeek(out var worker, out var at) && at <= now)
            {
                queue.Dequeue();
                due.Add(worker);
            }

            armedFor = DateTimeOffset.MaxValue;
            if (queue.TryPeek(out _, out var next))
            {
                Arm(next);
            }
        }

        foreach (var worker in due)
        {
            worker.WakeIfDue();
        }
    }

    private void Arm(DateTimeOffset at)
    {
        armedFor = at;
        var delay = at - time.GetUtcNow();

        // Timers count in whole milliseconds: rounding up keeps one from firing just too early.
        var milliseconds = Math.Clamp(Math.Ceiling(delay.TotalMilliseconds), 0, int.MaxValue);
        timer.Change(TimeSpan.FromMilliseconds(milliseconds), Timeout.InfiniteTimeSpan);
    }
}
