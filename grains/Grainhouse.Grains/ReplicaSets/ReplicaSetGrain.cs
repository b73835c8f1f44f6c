using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning;
using Grainhouse.Planning.ReplicaSets;

namespace Grainhouse.Grains.ReplicaSets;

/// <summary>Keeps one ReplicaSet's pods at their number. Key: the ReplicaSet's key.</summary>
[GrainType(ReconcilerGrains.ReplicaSet)]
internal sealed class ReplicaSetGrain(ReconcilerServices services) : ReconcilerGrain(services)
{
    private readonly Random random = services.Chance.NewRandom();

    protected override ReconcilePlan Decide() =>
        ReplicaSetInput.Gather(Cache, ObjectKey.Parse(this.GetPrimaryKeyString()), Now, random, LastRefusal) is { } input
            ? ReplicaSetReconciler.Decide(input)
            : ReconcilePlan.Nothing;
}
