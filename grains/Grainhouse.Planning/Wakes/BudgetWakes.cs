using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.Wakes;

/// <summary>Which disruption budgets a pod's change concerns: those that count it, or did, when its health or its owner changes.</summary>
internal static class BudgetWakes
{
    public static void Add(ObjectChange change, SelectorIndex budgets, ICollection<Wake> wakes)
    {
        if (budgets.IsEmpty)
        {
            return;
        }

        var pod = PodView.Of(change.Object);
        var before = change.Kind == ChangeKind.Modified && change.Previous is { } previous ? PodView.Of(previous) : null;
        if (before is null)
        {
            budgets.Wake(ReconcilerKind.DisruptionBudget, change.Object.Key.Namespace, pod.Header.Labels, wakes);
            return;
        }

        var moved = !PodWakes.SameLabels(before, pod);
        if (moved || before.Ready != pod.Ready || before.Deleting != pod.Deleting || before.Header.Controller?.Uid != pod.Header.Controller?.Uid)
        {
            budgets.Wake(ReconcilerKind.DisruptionBudget, change.Object.Key.Namespace, pod.Header.Labels, wakes);
        }

        if (moved)
        {
            budgets.Wake(ReconcilerKind.DisruptionBudget, change.Object.Key.Namespace, before.Header.Labels, wakes);
        }
    }
}
