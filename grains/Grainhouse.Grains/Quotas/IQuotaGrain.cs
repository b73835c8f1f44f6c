using Grainhouse.Interfaces.Objects;
using Orleans.Concurrency;

namespace Grainhouse.Grains.Quotas;

/// <summary>Keeps the account of a namespace's quotas. Key: the namespace.</summary>
[Alias("grainhouse.quota")]
internal interface IQuotaGrain : IGrainWithStringKey
{
    /// <summary>Promises what a write adds; says why not (403) if a quota would be exceeded, null if it is promised or nothing is added.</summary>
    /// <param name="next">The object as it is to be written.</param>
    /// <param name="current">The object that it replaces; null for a new one.</param>
    /// <param name="dryRun">Whether it is only asked, and nothing promised.</param>
    [AlwaysInterleave, Alias("reserve")]
    Task<ApiStatus?> ReserveAsync(KubeObject next, KubeObject? current, bool dryRun);

    /// <summary>Tells what became of a write. A promise of which nothing is told is kept until the write is seen, or cannot be made any more.</summary>
    /// <param name="id">As <see cref="Planning.Admission.Quotas.QuotaCharge.IdOf"/> names it.</param>
    /// <param name="revision">Where it was committed; 0: it was not, and never will be.</param>
    [AlwaysInterleave, OneWay, Alias("settle")]
    Task SettleAsync(string id, long revision);

    /// <summary>Forgets the account, once the namespace's last quota is gone.</summary>
    /// <param name="gone">The name of the quota that was deleted.</param>
    [AlwaysInterleave, OneWay, Alias("forget")]
    Task ForgetAsync(string gone);
}
