using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.Wakes;

/// <summary>Whom a pod's change wakes. Most changes of pods (a container started, a probe's message) wake nobody.</summary>
internal static class PodWakes
{
    public static void Add(ObjectChange change, IObjectCache cache, SelectorIndex services, SelectorIndex replicaSets, ICollection<Wake> wakes)
    {
        var pod = PodView.Of(change.Object);
        var before = change.Kind == ChangeKind.Modified && change.Previous is { } previous ? PodView.Of(previous) : null;
        var gone = change.Kind == ChangeKind.Deleted;
        if (before is null || !SameForOwner(before, pod))
        {
            AddOwners(pod, before, replicaSets, wakes);
        }

        // A Recreate rollout waits for the last old pod to end, which no ReplicaSet's status shows.
        if ((gone || (before is not null && pod.Ended && !before.Ended))
            && pod.Header.Controller is { } controller
            && cache.Get(ResourceCatalog.ReplicaSets.Key(pod.Object.Key.Namespace, controller.Name)) is { } replicaSet)
        {
            WakeIndex.AddOwner(ReconcilerKind.Deployment, ResourceCatalog.Deployments, replicaSet, wakes);
        }

        if (before is null || !SameForServices(before, pod))
        {
            AddServices(pod, before, services, wakes);
        }

        if (pod.Node.Length > 0 && (before is null || OrderFingerprint.Of(before.Object) != OrderFingerprint.Of(pod.Object)))
        {
            wakes.Add(new Wake(ReconcilerKind.Node, ResourceCatalog.Nodes.Key(null, pod.Node)));
        }
    }

    private static void AddOwners(PodView pod, PodView? before, SelectorIndex replicaSets, ICollection<Wake> wakes)
    {
        var (controller, formerly) = (pod.Header.Controller, before?.Header.Controller);
        WakeIndex.AddOwner(ReconcilerKind.ReplicaSet, ResourceCatalog.ReplicaSets, pod.Object, wakes);
        if (before is not null && formerly is not null && formerly.Uid != controller?.Uid)
        {
            WakeIndex.AddOwner(ReconcilerKind.ReplicaSet, ResourceCatalog.ReplicaSets, before.Object, wakes);
        }

        if (controller is null)
        {
            replicaSets.Wake(ReconcilerKind.ReplicaSet, pod.Object.Key.Namespace, pod.Header.Labels, wakes);
        }
    }

    private static void AddServices(PodView pod, PodView? before, SelectorIndex services, ICollection<Wake> wakes)
    {
        // A pod that never had an address is behind no Service yet.
        if (pod.Ip.Length > 0 || before?.Ip.Length > 0)
        {
            services.Wake(ReconcilerKind.Service, pod.Object.Key.Namespace, pod.Header.Labels, wakes);
            if (before is not null && !SameLabels(before, pod))
            {
                services.Wake(ReconcilerKind.Service, pod.Object.Key.Namespace, before.Header.Labels, wakes);
            }
        }
    }

    private static bool SameForOwner(PodView one, PodView other) =>
        one.Phase == other.Phase
        && one.Ready == other.Ready
        && one.ReadySince == other.ReadySince
        && one.Deleting == other.Deleting
        && one.Header.Controller?.Uid == other.Header.Controller?.Uid
        && SameLabels(one, other);

    private static bool SameForServices(PodView one, PodView other) =>
        one.Ip == other.Ip
        && one.Ready == other.Ready
        && one.Deleting == other.Deleting
        && one.Ended == other.Ended
        && one.Node == other.Node
        && SameLabels(one, other);

    internal static bool SameLabels(PodView one, PodView other)
    {
        var (a, b) = (one.Header.Labels, other.Header.Labels);
        if (ReferenceEquals(a, b))
        {
            return true;
        }

        if (a.Count != b.Count)
        {
            return false;
        }

        foreach (var (key, value) in a)
        {
            if (!b.TryGetValue(key, out var found) || found != value)
            {
                return false;
            }
        }

        return true;
    }
}
