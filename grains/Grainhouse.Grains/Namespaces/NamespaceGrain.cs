using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning;
using Grainhouse.Planning.Namespaces;

namespace Grainhouse.Grains.Namespaces;

/// <summary>Furnishes one namespace, and empties it when it is deleted. Key: the Namespace's key.</summary>
[GrainType(ReconcilerGrains.Namespace)]
internal sealed class NamespaceGrain(ReconcilerServices services, GrainOptions options) : ReconcilerGrain(services)
{
    protected override ReconcilePlan Decide() =>
        NamespaceInput.Gather(Cache, ObjectKey.Parse(this.GetPrimaryKeyString()), options.AuthorityPem, Now) is { } input
            ? NamespaceReconciler.Decide(input)
            : ReconcilePlan.Nothing;
}
