using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning;
using Grainhouse.Planning.Volumes;

namespace Grainhouse.Grains.Volumes;

/// <summary>Lets a volume or a claim that is being deleted go once nobody uses it. Key: its key.</summary>
[GrainType(ReconcilerGrains.Volume)]
internal sealed class VolumeGrain(ReconcilerServices services) : ReconcilerGrain(services)
{
    protected override ReconcilePlan Decide() =>
        VolumeInput.Gather(Cache, ObjectKey.Parse(this.GetPrimaryKeyString())) is { } input ? VolumeProtection.Decide(input) : ReconcilePlan.Nothing;
}
