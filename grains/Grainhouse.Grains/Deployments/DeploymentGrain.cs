using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning;
using Grainhouse.Planning.Deployments;

namespace Grainhouse.Grains.Deployments;

/// <summary>Rolls one Deployment's ReplicaSets to its template. Key: the Deployment's key.</summary>
[GrainType(ReconcilerGrains.Deployment)]
internal sealed class DeploymentGrain(ReconcilerServices services) : ReconcilerGrain(services)
{
    protected override ReconcilePlan Decide() =>
        DeploymentInput.Gather(Cache, ObjectKey.Parse(this.GetPrimaryKeyString()), Now, LastRefusal) is { } input
            ? DeploymentReconciler.Decide(input)
            : ReconcilePlan.Nothing;
}
