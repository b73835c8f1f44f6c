using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning;
using Grainhouse.Planning.Admission.Quotas;

namespace Grainhouse.Grains.Quotas;

/// <summary>Keeps one ResourceQuota's status as its namespace is. Key: the quota's key.</summary>
[GrainType(ReconcilerGrains.Quota)]
internal sealed class QuotaStatusGrain(ReconcilerServices services) : ReconcilerGrain(services)
{
    protected override ReconcilePlan Decide() => QuotaReconciler.Decide(Cache, ObjectKey.Parse(this.GetPrimaryKeyString()), Now);
}
