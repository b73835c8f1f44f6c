using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Disruptions;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Nodes;
using Grainhouse.Planning.ReplicaSets;
using Grainhouse.Planning.Services;

namespace Grainhouse.Planning.Wakes;

/// <summary>Says which reconcilers a change wakes. Fed with every change, in order; it keeps only the selectors that it has seen.</summary>
/// <remarks>
/// Not safe for use by two threads at once. To start, feed it every object of the cache as added: the wakes that this gives
/// are just those by which a restarted cluster carries on. The cache given must show at least the change given.
/// </remarks>
public sealed class WakeIndex
{
    private readonly SelectorIndex services = new();
    private readonly SelectorIndex replicaSets = new();
    private readonly SelectorIndex deployments = new();
    private readonly SelectorIndex budgets = new(keepsEverything: true);
    private readonly ReaderIndex readers = new();
    private readonly QuotaWakes quotas = new();
    private readonly HashSet<ObjectKey> readyNodes = [];

    /// <summary>Takes a change and adds the wakes that it gives. The same wake may be added twice.</summary>
    public void Apply(ObjectChange change, IObjectCache cache, ICollection<Wake> wakes)
    {
        var item = change.Object;
        switch (item.Key.Resource)
        {
            case "pods":
                readers.Track(change);
                PodWakes.Add(change, cache, services, replicaSets, wakes);
                BudgetWakes.Add(change, budgets, wakes);
                VolumeWakes.AddClaimsOf(change, cache, wakes);
                break;
            case "replicasets.apps":
                Track(replicaSets, change, static replicaSet => ReplicaSetView.Of(replicaSet).Selector);
                AddReplicaSet(change, wakes);
                break;
            case "deployments.apps":
                Track(deployments, change, static deployment => LabelSelector.FromJson(deployment.ToMutable().Object("spec").Object("selector")));
                AddUnlessGone(ReconcilerKind.Deployment, change, wakes);
                break;
            case "services":
                Track(services, change, static service => ServiceView.Of(service).Selector);
                AddUnlessGone(ReconcilerKind.Service, change, wakes);
                break;
            case "poddisruptionbudgets.policy":
                Track(budgets, change, static budget => DisruptionBudgetView.Of(budget).Selector);
                AddUnlessGone(ReconcilerKind.DisruptionBudget, change, wakes);
                break;
            case "endpoints":
                AddService(item.Key.Namespace, item.Key.Name, wakes);
                break;
            case "endpointslices.discovery.k8s.io":
                AddService(item.Key.Namespace, item.Header.Labels.GetValueOrDefault(ServiceLabels.ServiceName, ""), wakes);
                break;
            case "nodes":
                wakes.Add(new Wake(ReconcilerKind.Node, item.Key));
                TrackReadiness(change, cache, wakes);
                break;
            case "namespaces":
                AddUnlessGone(ReconcilerKind.Namespace, change, wakes);
                break;
            case "configmaps":
                readers.Wake(item.Key, wakes);
                AddNamespaceOfDeleted(change, wakes);
                break;
            case "secrets":
                readers.Wake(item.Key, wakes);
                break;
            case "persistentvolumes" or "persistentvolumeclaims" when change.Kind != ChangeKind.Deleted:
                VolumeWakes.Add(item, wakes);
                break;
            case "serviceaccounts":
                AddNamespaceOfDeleted(change, wakes);
                break;
        }

        quotas.Add(change, wakes);
        CollectorWakes.Add(change, cache, wakes);
        AddNamespaceInDeletion(change, cache, wakes);
    }

    private static void Track(SelectorIndex index, ObjectChange change, Func<KubeObject, LabelSelector> selector)
    {
        if (change.Kind == ChangeKind.Deleted)
        {
            index.Remove(change.Object.Key);
        }
        else if (change.Previous is null || change.Kind == ChangeKind.Added || change.Previous.Header.Generation != change.Object.Header.Generation
            || change.Object.Header.Generation == 0 || !index.Contains(change.Object.Key))
        {
            index.Set(change.Object.Key, selector(change.Object));
        }
    }

    /// <summary>Whether nodes evict hangs on whether any node is ready: the last to fall and the first to return concern all.</summary>
    private void TrackReadiness(ObjectChange change, IObjectCache cache, ICollection<Wake> wakes)
    {
        var before = readyNodes.Count;
        if (change.Kind != ChangeKind.Deleted && NodeView.Of(change.Object).Ready)
        {
            readyNodes.Add(change.Object.Key);
        }
        else
        {
            readyNodes.Remove(change.Object.Key);
        }

        if (readyNodes.Count != before && readyNodes.Count + before <= 3)
        {
            foreach (var node in cache.List(ResourceCatalog.Nodes.QualifiedName).Items)
            {
                wakes.Add(new Wake(ReconcilerKind.Node, node.Key));
            }
        }
    }

    private void AddReplicaSet(ObjectChange change, ICollection<Wake> wakes)
    {
        var (item, previous) = (change.Object, change.Previous);
        if (change.Kind != ChangeKind.Deleted && !OnlyStatusChanged(item, previous))
        {
            wakes.Add(new Wake(ReconcilerKind.ReplicaSet, item.Key));
        }

        AddOwner(ReconcilerKind.Deployment, ResourceCatalog.Deployments, item, wakes);
        if (previous is not null && previous.Header.Controller?.Uid != item.Header.Controller?.Uid)
        {
            AddOwner(ReconcilerKind.Deployment, ResourceCatalog.Deployments, previous, wakes);
        }

        if (item.Header.Owners.IsEmpty)
        {
            deployments.Wake(ReconcilerKind.Deployment, item.Key.Namespace, item.Header.Labels, wakes);
        }
    }

    /// <summary>A ReplicaSet's status is written by its own reconciler, which needs no wake for that.</summary>
    private static bool OnlyStatusChanged(KubeObject item, KubeObject? previous) =>
        previous is not null
        && item.Header.Generation > 0
        && item.Header.Generation == previous.Header.Generation
        && item.Header.DeletionTimestamp == previous.Header.DeletionTimestamp
        && item.Header.Finalizers.SequenceEqual(previous.Header.Finalizers)
        && item.Header.Owners.SequenceEqual(previous.Header.Owners);

    internal static void AddOwner(ReconcilerKind kind, ResourceDescriptor resource, KubeObject dependent, ICollection<Wake> wakes)
    {
        if (dependent.Header.Controller is { } owner && owner.Kind == resource.Kind && owner.ApiVersion == resource.ApiVersion)
        {
            wakes.Add(new Wake(kind, resource.Key(dependent.Key.Namespace, owner.Name)));
        }
    }

    private static void AddUnlessGone(ReconcilerKind kind, ObjectChange change, ICollection<Wake> wakes)
    {
        if (change.Kind != ChangeKind.Deleted)
        {
            wakes.Add(new Wake(kind, change.Object.Key));
        }
    }

    /// <summary>A namespace's own service account and config map are made again.</summary>
    private static void AddNamespaceOfDeleted(ObjectChange change, ICollection<Wake> wakes)
    {
        if (change.Kind == ChangeKind.Deleted)
        {
            wakes.Add(new Wake(ReconcilerKind.Namespace, ResourceCatalog.Namespaces.Key(null, change.Object.Key.Namespace)));
        }
    }

    private void AddService(string @namespace, string name, ICollection<Wake> wakes)
    {
        var key = ResourceCatalog.Services.Key(@namespace, name);
        if (services.Contains(key))
        {
            wakes.Add(new Wake(ReconcilerKind.Service, key));
        }
    }

    private static void AddNamespaceInDeletion(ObjectChange change, IObjectCache cache, ICollection<Wake> wakes)
    {
        // A creation that slipped in matters like a deletion: the namespace has to take it along.
        if (change.Kind == ChangeKind.Modified || change.Object.Key.Namespace.Length == 0)
        {
            return;
        }

        var key = ResourceCatalog.Namespaces.Key(null, change.Object.Key.Namespace);
        if (cache.Get(key)?.Header.DeletionTimestamp is not null)
        {
            wakes.Add(new Wake(ReconcilerKind.Namespace, key));
        }
    }
}
