using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Simulation.Storage;

/// <summary>What a cache may do wrong; this one does nothing wrong. Mutations of the simulator's own tests override it.</summary>
internal class CacheFlaws
{
    /// <summary>Whether the first change after a pause is left out.</summary>
    public virtual bool SkipsOnResume(ObjectChange change) => false;

    /// <summary>What a reader is shown of an object.</summary>
    public virtual KubeObject? Show(KubeObject? item) => item;
}
