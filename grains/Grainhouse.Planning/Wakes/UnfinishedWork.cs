using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Disruptions;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Wakes;

/// <summary>
/// Which reconcilers an object still needs, as it stands: a rollout that is not done, a budget whose evicted pods have not gone yet, a
/// namespace that is being emptied, an owner that is gone or waits for its dependents.
/// </summary>
/// <remarks>
/// Such a reconciler has a timer, or was told by a change. Both die with its activation, so what is unfinished is looked at now and
/// then by whoever owns it, too. What a status says is read once per revision.
/// </remarks>
public static class UnfinishedWork
{
    private static readonly Func<KubeObject, State> Reader = Read;

    /// <summary>Adds the wakes that an object needs; none for one that is as it was asked for.</summary>
    public static void Add(KubeObject item, IObjectCache cache, ICollection<Wake> wakes)
    {
        if (KindOf(item) is { } kind)
        {
            wakes.Add(new Wake(kind, item.Key));
        }

        CollectorWakes.Add(new ObjectChange(ChangeKind.Added, item, Previous: null), cache, wakes);
    }

    private static ReconcilerKind? KindOf(KubeObject item) => item.Key.Resource switch
    {
        "deployments.apps" when IsRollingOut(item) => ReconcilerKind.Deployment,
        "replicasets.apps" when IsRollingOut(item) => ReconcilerKind.ReplicaSet,
        "poddisruptionbudgets.policy" when DisruptionBudgetView.Of(item).IsUnsettled => ReconcilerKind.DisruptionBudget,
        "namespaces" when item.Header.DeletionTimestamp is not null => ReconcilerKind.Namespace,
        "persistentvolumes" or "persistentvolumeclaims" when item.Header.DeletionTimestamp is not null => ReconcilerKind.Volume,
        _ => null,
    };

    private static bool IsRollingOut(KubeObject item) => item.View(Reader).IsRollingOut;

    private static State Read(KubeObject item)
    {
        var document = item.ToMutable();
        var status = document.Object("status");
        long wanted = document.Object("spec").Int("replicas", 1);
        return new State(
            (status.Number("observedGeneration") ?? 0) != item.Header.Generation
            || (status.Number("replicas") ?? 0) != wanted
            || (status.Number("availableReplicas") ?? 0) != wanted

            // All may be there, and of the template before: the new ReplicaSet could not be made.
            || (item.Key.Resource == "deployments.apps" && (status.Number("updatedReplicas") ?? 0) != wanted));
    }

    private sealed record State(bool IsRollingOut);
}
