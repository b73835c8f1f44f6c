using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Wakes;

/// <summary>Which reconcilers an object still needs, as it stands: a rollout that is not done, an owner that is gone or waits for its dependents.</summary>
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
        if (KindOf(item.Key.Resource) is { } kind && item.View(Reader).IsUnfinished)
        {
            wakes.Add(new Wake(kind, item.Key));
        }

        CollectorWakes.Add(new ObjectChange(ChangeKind.Added, item, Previous: null), cache, wakes);
    }

    private static ReconcilerKind? KindOf(string resource) => resource switch
    {
        "deployments.apps" => ReconcilerKind.Deployment,
        "replicasets.apps" => ReconcilerKind.ReplicaSet,
        _ => null,
    };

    private static State Read(KubeObject item)
    {
        var document = item.ToMutable();
        var status = document.Object("status");
        long wanted = document.Object("spec").Int("replicas", 1);
        return new State(
            (status.Number("observedGeneration") ?? 0) != item.Header.Generation
            || (status.Number("replicas") ?? 0) != wanted
            || (status.Number("availableReplicas") ?? 0) != wanted);
    }

    private sealed record State(bool IsUnfinished);
}
