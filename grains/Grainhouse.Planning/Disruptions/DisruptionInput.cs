using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.Disruptions;

/// <summary>What <see cref="DisruptionReconciler"/> decides from.</summary>
/// <remarks>
/// The pods are at least as new as the budget. So an eviction that the budget does not show yet makes the write of the status a
/// conflict, and one that it does show is counted whether or not its pod is marked already.
/// </remarks>
public sealed record DisruptionInput
{
    /// <summary>The PodDisruptionBudget.</summary>
    public required KubeObject Budget { get; init; }

    /// <summary>The pods that its selector matches.</summary>
    public required ImmutableArray<PodView> Pods { get; init; }

    /// <summary>By the uid of the pods' controllers: how many pods each stands for.</summary>
    public required IReadOnlyDictionary<string, PodScale> Scales { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Reads from the cache what a decision needs; null if there is no such budget.</summary>
    public static DisruptionInput? Gather(IObjectCache cache, ObjectKey key, DateTimeOffset now)
    {
        if (cache.Get(key) is not { } budget)
        {
            return null;
        }

        var selector = DisruptionBudgetView.Of(budget).Selector;
        var pods = ImmutableArray.CreateBuilder<PodView>();
        var scales = new Dictionary<string, PodScale>(StringComparer.Ordinal);
        foreach (var pod in selector.SelectsNothing ? [] : cache.List(ResourceCatalog.Pods.QualifiedName, key.Namespace).Items)
        {
            if (!selector.Matches(pod.Header.Labels))
            {
                continue;
            }

            pods.Add(PodView.Of(pod));
            if (pod.Header.Controller is { } controller && !scales.ContainsKey(controller.Uid))
            {
                scales[controller.Uid] = PodScale.Find(cache, pod, controller);
            }
        }

        return new DisruptionInput { Budget = budget, Pods = pods.ToImmutable(), Scales = scales, Now = now };
    }
}
