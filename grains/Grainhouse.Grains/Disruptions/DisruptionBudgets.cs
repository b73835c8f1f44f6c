using System.Text;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Disruptions;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Grains.Disruptions;

/// <summary>Asks the budget that covers a pod whether the pod may be evicted.</summary>
internal sealed class DisruptionBudgets(IObjectCache cache, IGrainFactory grains)
{
    // A conflict means that another activation of the budget's grain, or its reconciler, was quicker: rare, and soon over.
    private const int MostTries = 20;

    /// <summary>Says why a pod may not be evicted; null if it may, and then the budget has counted it.</summary>
    public async ValueTask<ApiStatus?> ClaimAsync(KubeObject pod, bool dryRun)
    {
        if (EvictionRules.IgnoresBudgets(pod))
        {
            return null;
        }

        await cache.CatchUpAsync();
        return EvictionRules.BudgetsOf(pod, cache) switch
        {
            [] => null,
            [var budget] => await ClaimAsync(budget.Key, pod, dryRun),
            _ => EvictionRules.MoreThanOneBudget,
        };
    }

    private async ValueTask<ApiStatus?> ClaimAsync(ObjectKey budget, KubeObject pod, bool dryRun)
    {
        var question = Encoding.UTF8.GetBytes(DisruptionClaim.Ask(pod.Key.Name, PodView.Of(pod).Ready).ToJsonString());
        var options = new WriteOptions { Subresource = DisruptionClaim.Subresource, DryRun = dryRun };
        for (var tries = 0; tries < MostTries; tries++)
        {
            var answer = await grains.GetGrain<IObjectGrain>(budget.ToString()).UpdateAsync(question, options);
            switch (answer.Error)
            {
                case null or { Reason: "NotFound" }:
                    return null;
                case { Reason: "Conflict" }:
                    break;
                case var refused:
                    return refused;
            }
        }

        return EvictionRules.TooManyConflicts(budget);
    }
}
