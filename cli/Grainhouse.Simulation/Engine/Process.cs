namespace Grainhouse.Simulation.Engine;

/// <summary>Something that can die, freeze and have a clock of its own: a silo, an activation in it, an agent.</summary>
/// <remarks>
/// It is the synchronization context of the code that runs in it, so every <c>await</c> comes back through the loop. The awaits
/// of a dead process never come back: that is what a crash is. Those of a frozen one come back when it thaws.
/// </remarks>
internal class Process(EventLoop loop, string name, Process? parent = null) : SynchronizationContext
{
    private readonly List<Action> frozenWork = [];
    private bool alive = true;
    private bool frozen;

    /// <summary>For the timeline.</summary>
    public string Name { get; } = name;

    /// <summary>The name in a fingerprint.</summary>
    public ulong NameHash { get; } = Fingerprint.Of(name);

    /// <summary>Whether neither it nor what it runs in has died.</summary>
    public bool IsAlive => alive && parent?.IsAlive != false;

    /// <summary>Whether it, or what it runs in, stands still.</summary>
    public bool IsFrozen => frozen || parent?.IsFrozen == true;

    /// <summary>How far its clock is from the true one.</summary>
    public TimeSpan ClockError { get; set; }

    /// <summary>Its clock.</summary>
    public TimeProvider Clock => clock ??= new ProcessClock(loop, parent ?? this);

    private TimeProvider? clock;

    /// <inheritdoc/>
    public override void Post(SendOrPostCallback d, object? state)
    {
        if (IsAlive)
        {
            loop.Enqueue(this, d, state);
        }
    }

    /// <inheritdoc/>
    public override void Send(SendOrPostCallback d, object? state) => throw new NotSupportedException("Nothing waits for a simulated process.");

    /// <inheritdoc/>
    public override SynchronizationContext CreateCopy() => this;

    /// <summary>Ends it: nothing of it ever happens again.</summary>
    public void Kill() => alive = false;

    /// <summary>Lets it stand still.</summary>
    public void Freeze() => frozen = true;

    /// <summary>Lets it go on, with all that came in the meantime.</summary>
    public virtual void Thaw()
    {
        frozen = false;
        foreach (var work in frozenWork)
        {
            loop.After(TimeSpan.Zero, this, work);
        }

        frozenWork.Clear();
    }

    /// <summary>Runs work in it, on the loop's turn.</summary>
    public void Run(Action work) => Run(static work => ((Action)work!)(), work);

    /// <summary>Runs a continuation in it, on the loop's turn.</summary>
    public void Run(SendOrPostCallback work, object? state)
    {
        if (!IsAlive)
        {
            return;
        }

        if (IsFrozen)
        {
            Keep(work, state);
            return;
        }

        // One process may run another's work in the middle of its own, and then goes on as itself.
        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            work(state);
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    // By itself, so that only work that waits has a closure.
    private void Keep(SendOrPostCallback work, object? state) => KeepUntilThaw(this, () => work(state));

    private void KeepUntilThaw(Process owner, Action work)
    {
        if (frozen)
        {
            frozenWork.Add(() => owner.Run(work));
            return;
        }

        parent!.KeepUntilThaw(owner, work);
    }
}
