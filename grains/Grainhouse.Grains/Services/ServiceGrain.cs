using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning;
using Grainhouse.Planning.Services;

namespace Grainhouse.Grains.Services;

/// <summary>Keeps one Service's endpoints as its pods are. Key: the Service's key.</summary>
[GrainType(ReconcilerGrains.Service)]
internal sealed class ServiceGrain(ReconcilerServices services) : ReconcilerGrain(services)
{
    protected override ReconcilePlan Decide() =>
        ServiceInput.Gather(Cache, ObjectKey.Parse(this.GetPrimaryKeyString())) is { } input
            ? ServiceReconciler.Decide(input)
            : ReconcilePlan.Nothing;
}
