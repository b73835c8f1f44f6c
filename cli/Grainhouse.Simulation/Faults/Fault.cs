namespace Grainhouse.Simulation.Faults;

/// <summary>What can go wrong around the code under test.</summary>
internal enum FaultKind
{
    /// <summary>A silo is killed, and started again after the time.</summary>
    SiloKilled,

    /// <summary>A silo stands still for the time.</summary>
    SiloFrozen,

    /// <summary>A silo's clock is wrong for the time.</summary>
    SiloClockWrong,

    /// <summary>Some activations crash; what they had not committed is lost.</summary>
    GrainsCrash,

    /// <summary>Some grains are active twice for the time.</summary>
    GrainsTwice,

    /// <summary>Calls and answers are lost.</summary>
    MessagesLost,

    /// <summary>Calls arrive twice.</summary>
    MessagesDoubled,

    /// <summary>Calls take long, and overtake each other.</summary>
    MessagesSlow,

    /// <summary>The store takes no commits.</summary>
    StoreAway,

    /// <summary>Commits succeed though their callers see a time-out.</summary>
    AnswersLost,

    /// <summary>A silo's cache falls behind.</summary>
    CacheSlow,

    /// <summary>The watches of a silo are too old for the history that is kept.</summary>
    WatchesExpired,

    /// <summary>A machine is out of the network's reach.</summary>
    MachineCut,

    /// <summary>An agent stands still.</summary>
    AgentFrozen,

    /// <summary>An agent is killed, and started again after the time.</summary>
    AgentKilled,

    /// <summary>An agent's clock is wrong for the time.</summary>
    AgentClockWrong,

    /// <summary>Containers of a machine are killed.</summary>
    ContainersKilled,

    /// <summary>A machine breaks for good.</summary>
    MachineLost,
}

/// <summary>One thing that goes wrong.</summary>
/// <param name="At">When, from the start of the run.</param>
/// <param name="Kind">What.</param>
/// <param name="Target">To which one of those there are.</param>
/// <param name="Lasts">For how long.</param>
internal sealed record Fault(TimeSpan At, FaultKind Kind, int Target, TimeSpan Lasts)
{
    /// <inheritdoc/>
    public override string ToString() => $"{At.TotalSeconds,8:F3} s  {Kind} #{Target} for {Lasts.TotalSeconds:F1} s";
}
