using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Simulation.Storage;

/// <summary>What a store may do wrong; this one does nothing wrong. Mutations of the simulator's own tests override it.</summary>
internal class StoreFlaws
{
    /// <summary>Whether a stale write is committed all the same.</summary>
    public virtual bool IgnoresExpectation(StoreWrite write) => false;

    /// <summary>Whether a write is acknowledged and then lost.</summary>
    public virtual bool AcknowledgesWithoutCommit(StoreWrite write) => false;

    /// <summary>What is written instead of a write.</summary>
    public virtual StoreWrite Alter(StoreWrite write) => write;

    /// <summary>Whether a write gets the revision of the write before it.</summary>
    public virtual bool ReusesRevision(StoreWrite write) => false;
}
