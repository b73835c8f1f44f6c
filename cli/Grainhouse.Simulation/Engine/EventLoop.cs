namespace Grainhouse.Simulation.Engine;

/// <summary>The one thread of a simulated cluster: everything that happens is an event of this loop, at a time that it decides.</summary>
/// <remarks>Of two events at one time the one that was planned first comes first, so that a seed always gives the same run.</remarks>
internal sealed class EventLoop(DateTimeOffset start)
{
    private readonly Queue<(Process Owner, SendOrPostCallback Work, object? State)> ready = new();
    private readonly PriorityQueue<(Process Owner, Action Work), (long Ticks, long Order)> later = new(Comparer<(long Ticks, long Order)>.Create(static (one, other) =>
        one.Ticks != other.Ticks ? one.Ticks.CompareTo(other.Ticks) : one.Order.CompareTo(other.Order)));
    private readonly int thread = Environment.CurrentManagedThreadId;
    private long order;

    /// <summary>The true time; processes may see another one.</summary>
    public DateTimeOffset Now { get; private set; } = start;

    /// <summary>How many events there were.</summary>
    public long Events { get; private set; }

    /// <summary>Of all events so far, each by its time and its process.</summary>
    public Fingerprint Fingerprint { get; } = new();

    /// <summary>Plans work of a process at once, behind what is planned for now.</summary>
    public void Enqueue(Process owner, SendOrPostCallback work, object? state)
    {
        if (Environment.CurrentManagedThreadId != thread)
        {
            throw new InvalidOperationException($"{owner.Name} was continued by a thread of its own: something it awaits is not simulated.");
        }

        ready.Enqueue((owner, work, state));
    }

    /// <summary>Plans work of a process for later.</summary>
    public void After(TimeSpan delay, Process owner, Action work) =>
        later.Enqueue((owner, work), (Now.Ticks + Math.Max(0, delay.Ticks), ++order));

    /// <summary>Lets everything happen that is planned up to a time; stops early when the condition says so.</summary>
    public void RunUntil(DateTimeOffset end, Func<bool> stop)
    {
        var before = SynchronizationContext.Current;
        try
        {
            while (!stop() && RunNext(end))
            {
                Events++;
            }
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(before);
        }
    }

    private bool RunNext(DateTimeOffset end)
    {
        if (ready.TryDequeue(out var now))
        {
            Note(now.Owner);
            now.Owner.Run(now.Work, now.State);
            return true;
        }

        if (!later.TryPeek(out _, out var due) || due.Ticks > end.Ticks)
        {
            Now = end > Now ? end : Now;
            return false;
        }

        var (owner, work) = later.Dequeue();
        Now = due.Ticks > Now.Ticks ? new DateTimeOffset(due.Ticks, TimeSpan.Zero) : Now;
        Note(owner);
        owner.Run(work);
        return true;
    }

    private void Note(Process owner) => Fingerprint.Add(owner.NameHash + (ulong)Now.Ticks);
}
