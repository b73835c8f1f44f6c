using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Scheduling;

/// <summary>How far a pod on the ledger is.</summary>
internal enum LedgerStage
{
    /// <summary>Admitted; the fence that says so is not committed yet.</summary>
    Open = 0,

    /// <summary>Admitted and fenced, but not known to be bound.</summary>
    InFlight = 1,

    /// <summary>Bound.</summary>
    Bound = 2,
}

/// <summary>A pod on the ledger.</summary>
internal sealed class LedgerEntry(ObjectKey key, PodTemplate template, LedgerStage stage)
{
    public ObjectKey Key { get; } = key;

    public PodTemplate Template { get; set; } = template;

    public LedgerStage Stage { get; set; } = stage;
}
