using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Admission.Quotas;

namespace Grainhouse.Grains.Quotas;

/// <summary>Asks the quotas of a namespace for what a write adds. A namespace without quotas is asked nothing.</summary>
internal sealed class QuotaAdmission(IObjectCache cache, IGrainFactory grains)
{
    /// <summary>Says why a write is not allowed (403). If it is, it may hold a promise: tell <see cref="SettleAsync"/> what became of it.</summary>
    public async ValueTask<(ApiStatus? Error, string? Promise)> ReserveAsync(ResourceDescriptor resource, KubeObject? current, KubeObject next, bool dryRun)
    {
        if (!QuotaCharge.Concerns(cache, current, next))
        {
            return (null, null);
        }

        if (QuotaCharge.WhyIncomplete(cache, next) is { } why)
        {
            return (ApiStatus.Forbidden(resource, next.Key.Name, why), null);
        }

        var error = await Account(next.Key).ReserveAsync(next, current, dryRun);
        return (error, error is null && !dryRun ? QuotaCharge.IdOf(current, next) : null);
    }

    /// <summary>Tells what became of a write: its revision, or 0.</summary>
    public Task SettleAsync(ObjectKey key, string promise, long revision) => Account(key).SettleAsync(promise, revision);

    /// <summary>Tells that a quota was deleted.</summary>
    public Task ForgetAsync(ObjectKey quota) => Account(quota).ForgetAsync(quota.Name);

    private IQuotaGrain Account(ObjectKey key) => grains.GetGrain<IQuotaGrain>(key.Namespace);
}
