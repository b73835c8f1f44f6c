using System.Collections.Immutable;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.GarbageCollection;

/// <summary>What becomes of an object one of whose owners is gone or is going: upstream's <c>attemptToDeleteItem</c>.</summary>
internal static class DependentFate
{
    private enum OwnerState
    {
        /// <summary>It exists, and nothing waits.</summary>
        Solid,

        /// <summary>It exists and waits for its dependents to go.</summary>
        Waiting,

        /// <summary>It does not exist.</summary>
        Absent,
    }

    public static void Decide(Dependent dependent, IReadOnlyDictionary<ObjectKey, KubeObject> owners, ImmutableArray<ReconcileAction>.Builder actions)
    {
        var item = dependent.Object;
        if (item.Header.DeletionTimestamp is not null && !item.Header.Finalizers.Contains(Collector.Foreground))
        {
            return;
        }

        var (solid, waiting) = (0, 0);
        foreach (var reference in item.Header.Owners)
        {
            var state = StateOf(reference, item, owners);
            solid += state == OwnerState.Solid ? 1 : 0;
            waiting += state == OwnerState.Waiting ? 1 : 0;
        }

        if (solid > 0)
        {
            LetGo(item, owners, actions);
            return;
        }

        var holdsOthers = waiting > 0 && !dependent.Dependents.IsEmpty;
        if (holdsOthers && dependent.Dependents.Any(inner => inner.Header.Finalizers.Contains(Collector.Foreground)))
        {
            Unblock(item, actions);
        }

        if (item.Header.DeletionTimestamp is null)
        {
            var policy = item.Header.Finalizers.Contains(Collector.Orphan) ? DeletionPropagation.Orphan
                : holdsOthers || item.Header.Finalizers.Contains(Collector.Foreground) ? DeletionPropagation.Foreground
                : DeletionPropagation.Background;
            actions.Add(new ReconcileAction.Delete(item.Key, item.Header.Uid, new DeletionOptions { Uid = item.Header.Uid, Propagation = policy }));
        }
    }

    private static OwnerState StateOf(OwnerReference reference, KubeObject item, IReadOnlyDictionary<ObjectKey, KubeObject> owners)
    {
        // Of a kind that is not served nothing is known; what nothing is known of is never taken for gone.
        if (OwnerReferences.KeyOf(reference, item.Key.Namespace) is not { } key
            || (item.Key.Namespace.Length == 0 && ResourceCatalog.Find(key.Resource)!.Namespaced))
        {
            return OwnerState.Solid;
        }

        if (!owners.TryGetValue(key, out var owner) || owner.Header.Uid != reference.Uid)
        {
            return OwnerState.Absent;
        }

        return owner.Header.DeletionTimestamp is not null && owner.Header.Finalizers.Contains(Collector.Foreground)
            ? OwnerState.Waiting
            : OwnerState.Solid;
    }

    /// <summary>It lives on with its other owners, without those that are gone or go.</summary>
    private static void LetGo(KubeObject item, IReadOnlyDictionary<ObjectKey, KubeObject> owners, ImmutableArray<ReconcileAction>.Builder actions)
    {
        var document = item.ToMutable();
        var changed = false;
        foreach (var reference in item.Header.Owners)
        {
            if (StateOf(reference, item, owners) != OwnerState.Solid)
            {
                OwnerReferences.Remove(document, reference.Uid);
                changed = true;
            }
        }

        if (changed)
        {
            actions.Add(new ReconcileAction.Replace(item.Key, item.Revision, document));
        }
    }

    /// <summary>In a circle everybody waits for everybody; one that waits for nobody opens it.</summary>
    private static void Unblock(KubeObject item, ImmutableArray<ReconcileAction>.Builder actions)
    {
        if (!item.Header.Owners.Any(owner => owner.BlockOwnerDeletion))
        {
            return;
        }

        var document = item.ToMutable();
        foreach (var reference in document.Child("metadata").Array("ownerReferences")!)
        {
            reference!["blockOwnerDeletion"] = false;
        }

        actions.Add(new ReconcileAction.Replace(item.Key, item.Revision, document));
    }
}
