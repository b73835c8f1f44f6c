using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning;
using Grainhouse.Planning.Disruptions;

namespace Grainhouse.Grains.Disruptions;

/// <summary>Keeps one PodDisruptionBudget's status as its pods are. Key: the budget's key.</summary>
[GrainType(ReconcilerGrains.DisruptionBudget)]
internal sealed class DisruptionBudgetGrain(ReconcilerServices services) : ReconcilerGrain(services)
{
    protected override ReconcilePlan Decide() =>
        DisruptionInput.Gather(Cache, ObjectKey.Parse(this.GetPrimaryKeyString()), Now) is { } input
            ? DisruptionReconciler.Decide(input)
            : ReconcilePlan.Nothing;
}
