using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Wakes;

/// <summary>When the garbage collector has to look at an owner.</summary>
internal static class CollectorWakes
{
    public static void Add(ObjectChange change, IObjectCache cache, ICollection<Wake> wakes)
    {
        var item = change.Object;
        if (change.Kind == ChangeKind.Deleted)
        {
            if (!cache.OwnedBy(item.Header.Uid).IsDefaultOrEmpty)
            {
                wakes.Add(new Wake(ReconcilerKind.Collector, item.Key, item.Header.Uid));
            }

            AddWaitingOwners(item, cache, wakes);
            return;
        }

        if (item.Header.DeletionTimestamp is not null && !item.Header.Finalizers.IsEmpty
            && (item.Header.Finalizers.Contains("foregroundDeletion") || item.Header.Finalizers.Contains("orphan")))
        {
            wakes.Add(new Wake(ReconcilerKind.Collector, item.Key, item.Header.Uid));
        }

        if (!item.Header.Owners.IsEmpty && (change.Previous is null || !item.Header.Owners.SequenceEqual(change.Previous.Header.Owners)))
        {
            AddMissingOwners(item, cache, wakes);
        }

        if (change.Previous is { } previous && !previous.Header.Owners.IsEmpty && !item.Header.Owners.SequenceEqual(previous.Header.Owners))
        {
            AddWaitingOwners(previous, cache, wakes);
        }
    }

    /// <summary>Owners that are being deleted wait for their dependents.</summary>
    private static void AddWaitingOwners(KubeObject dependent, IObjectCache cache, ICollection<Wake> wakes)
    {
        foreach (var owner in dependent.Header.Owners)
        {
            if (OwnerReferences.KeyOf(owner, dependent.Key.Namespace) is { } key
                && cache.Get(key) is { } found && found.Header.Uid == owner.Uid && found.Header.DeletionTimestamp is not null)
            {
                wakes.Add(new Wake(ReconcilerKind.Collector, key, owner.Uid));
            }
        }
    }

    /// <summary>An owner may have gone before its dependent came, or be of another namespace, where it cannot be.</summary>
    private static void AddMissingOwners(KubeObject dependent, IObjectCache cache, ICollection<Wake> wakes)
    {
        foreach (var owner in dependent.Header.Owners)
        {
            if (OwnerReferences.KeyOf(owner, dependent.Key.Namespace) is { } key
                && (cache.Get(key) is not { } found || found.Header.Uid != owner.Uid || found.Header.DeletionTimestamp is not null))
            {
                wakes.Add(new Wake(ReconcilerKind.Collector, key, owner.Uid));
            }
        }
    }
}
