using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.GarbageCollection;

/// <summary>Deletes what nobody owns any more, and does for an owner that is being deleted what its finalizers ask.</summary>
/// <remarks>
/// An owner counts as gone by its uid, looked up in a snapshot that is as new as the dependent that names it: owners are made
/// before what they own, so such a snapshot never shows the one without the other.
/// </remarks>
public static class Collector
{
    internal const string Foreground = "foregroundDeletion";
    internal const string Orphan = "orphan";

    /// <summary>Decides what to do now.</summary>
    public static ReconcilePlan Decide(CollectorInput input)
    {
        var actions = ImmutableArray.CreateBuilder<ReconcileAction>();
        if (input.Owner is not { } owner || owner.Header.Uid != input.OwnerUid)
        {
            foreach (var dependent in input.Dependents)
            {
                WarnOfForeignOwner(input, dependent.Object, actions);
                DependentFate.Decide(dependent, input.Owners, actions);
            }
        }
        else if (owner.Header.DeletionTimestamp is not null)
        {
            if (owner.Header.Finalizers.Contains(Orphan))
            {
                SetFree(owner, input.Dependents, actions);
            }
            else if (owner.Header.Finalizers.Contains(Foreground))
            {
                TakeDependentsFirst(owner, input, actions);
            }
        }

        return actions.Count == 0 ? ReconcilePlan.Nothing : new ReconcilePlan(actions.ToImmutable());
    }

    private static void SetFree(KubeObject owner, ImmutableArray<Dependent> dependents, ImmutableArray<ReconcileAction>.Builder actions)
    {
        foreach (var dependent in dependents)
        {
            var document = dependent.Object.ToMutable();
            OwnerReferences.Remove(document, owner.Header.Uid);
            actions.Add(new ReconcileAction.Replace(dependent.Object.Key, dependent.Object.Revision, document));
        }

        if (dependents.IsEmpty)
        {
            actions.Add(WithoutFinalizer(owner, Orphan));
        }
    }

    private static void TakeDependentsFirst(KubeObject owner, CollectorInput input, ImmutableArray<ReconcileAction>.Builder actions)
    {
        var blocked = false;
        foreach (var dependent in input.Dependents)
        {
            if (dependent.Object.Header.Owners.Any(reference => reference.Uid == owner.Header.Uid && reference.BlockOwnerDeletion))
            {
                blocked = true;
                DependentFate.Decide(dependent, input.Owners, actions);
            }
        }

        if (!blocked)
        {
            actions.Add(WithoutFinalizer(owner, Foreground));
        }
    }

    private static ReconcileAction.Replace WithoutFinalizer(KubeObject owner, string finalizer)
    {
        var document = owner.ToMutable();
        var metadata = document.Child("metadata");
        var kept = new JsonArray([.. owner.Header.Finalizers.Where(item => item != finalizer).Select(item => (JsonNode)item)]);
        metadata.SetOrOmit("finalizers", kept);
        return new ReconcileAction.Replace(owner.Key, owner.Revision, document);
    }

    private static void WarnOfForeignOwner(CollectorInput input, KubeObject dependent, ImmutableArray<ReconcileAction>.Builder actions)
    {
        var reference = dependent.Header.Owners.First(owner => owner.Uid == input.OwnerUid);
        var clusterScoped = dependent.Key.Namespace.Length == 0;
        if (input.OwnerIsElsewhere || (clusterScoped && ResourceCatalog.Find(input.OwnerKey.Resource)?.Namespaced == true))
        {
            var message = clusterScoped
                ? $"ownerRef [{reference.ApiVersion}/{reference.Kind}, name: {reference.Name}, uid: {reference.Uid}] of a cluster-scoped object is namespaced"
                : $"ownerRef [{reference.ApiVersion}/{reference.Kind}, namespace: {dependent.Key.Namespace}, name: {reference.Name}, "
                    + $"uid: {reference.Uid}] does not exist in namespace \"{dependent.Key.Namespace}\"";
            actions.Add(new ReconcileAction.Emit(new EventDraft(
                dependent.Key, dependent.Header.Uid, "", "garbage-collector-controller", "Warning", "OwnerRefInvalidNamespace", message)));
        }
    }
}
