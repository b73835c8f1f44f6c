using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.Disruptions;

/// <summary>What the Eviction API asks before it deletes a pod. After upstream's <c>pkg/registry/core/pod/storage/eviction.go</c>.</summary>
public static class EvictionRules
{
    /// <summary>Refuses a pod that more than one budget covers (500).</summary>
    public static ApiStatus MoreThanOneBudget { get; } =
        new(500, "", "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");

    /// <summary>Whether no budget can be hurt: the pod has not begun, has ended, or is going already.</summary>
    public static bool IgnoresBudgets(KubeObject pod)
    {
        var view = PodView.Of(pod);
        return view.Ended || view.Deleting || view.Phase == PodPhases.Pending;
    }

    /// <summary>The budgets that cover a pod. A pod without labels has none, even one that selects everything.</summary>
    public static List<KubeObject> BudgetsOf(KubeObject pod, IObjectCache cache)
    {
        var labels = pod.Header.Labels;
        return labels.Count == 0
            ? []
            : [.. cache.List(ResourceCatalog.PodDisruptionBudgets.QualifiedName, pod.Key.Namespace).Items
                .Where(budget => DisruptionBudgetView.Of(budget).Selector.Matches(labels))];
    }

    /// <summary>Refuses an eviction that lost against other writers of its budget (504).</summary>
    public static ApiStatus TooManyConflicts(ObjectKey budget) =>
        new(504, "Timeout", $"Timeout: couldn't update PodDisruptionBudget \"{budget.Name}\" due to conflicts") { RetryAfterSeconds = 10 };
}
