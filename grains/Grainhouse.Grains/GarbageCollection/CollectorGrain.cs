using Grainhouse.Grains.Reconciling;
using Grainhouse.Planning;
using Grainhouse.Planning.GarbageCollection;

namespace Grainhouse.Grains.GarbageCollection;

/// <summary>Takes along what an owner leaves behind. Key: the owner's uid and object key.</summary>
[GrainType(ReconcilerGrains.Collector)]
internal sealed class CollectorGrain(ReconcilerServices services) : ReconcilerGrain(services)
{
    protected override ReconcilePlan Decide()
    {
        var (uid, key) = ReconcilerGrains.ParseCollector(this.GetPrimaryKeyString());
        return Collector.Decide(CollectorInput.Gather(Cache, key, uid));
    }
}
