using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Storage.Cache;

/// <summary>What the cache shows: snapshots that are swapped whole, and two indexes. Changed by one thread, read by all.</summary>
internal sealed partial class CachedObjects(ILogger logger)
{
    private readonly KeyPool keys = new();
    private readonly ObjectIndex owners = new();
    private readonly ObjectIndex nodes = new();
    private volatile Shown shown = new(0, ImmutableDictionary.Create<string, ResourceMap>(StringComparer.Ordinal));

    /// <summary>The newest revision shown.</summary>
    public long Revision => shown.Revision;

    /// <summary>One object; null if there is none.</summary>
    public KubeObject? Get(ObjectKey key) => Map(shown, key.Resource).Get(key.Namespace, key.Name);

    /// <summary>A snapshot of a resource.</summary>
    public ObjectList List(string resource, string? @namespace)
    {
        var snapshot = shown;
        var map = Map(snapshot, resource);
        return new ObjectList(snapshot.Revision, @namespace is null ? map : map.Of(@namespace));
    }

    /// <summary>The objects that an owner has.</summary>
    public ImmutableArray<KubeObject> OwnedBy(string uid) => owners.Get(uid);

    /// <summary>The pods that a node has.</summary>
    public ImmutableArray<KubeObject> PodsOnNode(string node) => nodes.Get(node);

    /// <summary>Replaces everything by the objects of a scan.</summary>
    public void Load(long revision, IEnumerable<StoredDocument> documents)
    {
        var byResource = new Dictionary<string, List<KubeObject>>(StringComparer.Ordinal);
        var byOwner = new Dictionary<string, List<KubeObject>>(StringComparer.Ordinal);
        var byNode = new Dictionary<string, List<KubeObject>>(StringComparer.Ordinal);
        foreach (var document in documents)
        {
            var item = new KubeObject(keys.Parse(document.Key), document.Revision, document.Document);
            Add(byResource, item.Key.Resource, item);
            foreach (var owner in OwnersOf(item))
            {
                Add(byOwner, owner, item);
            }

            if (NodeOf(item) is { } node)
            {
                Add(byNode, node, item);
            }
        }

        owners.Load(byOwner);
        nodes.Load(byNode);
        shown = new Shown(revision, byResource.ToImmutableDictionary(pair => pair.Key, pair => ResourceMap.Create(pair.Value), StringComparer.Ordinal));
    }

    /// <summary>Applies committed changes and shows them; the same changes with the objects before and after.</summary>
    public ImmutableArray<ObjectChange> Apply(ImmutableArray<StoreChange> batch)
    {
        var applied = ImmutableArray.CreateBuilder<ObjectChange>(batch.Length);
        var resources = shown.Resources;
        foreach (var change in batch)
        {
            if (KeyPool.NamesObject(change.Key))
            {
                resources = Apply(resources, change, applied);
            }
        }

        shown = new Shown(batch[^1].Revision, resources);
        return applied.DrainToImmutable();
    }

    private static ResourceMap Map(Shown snapshot, string resource) => snapshot.Resources.GetValueOrDefault(resource) ?? ResourceMap.Empty;

    private ImmutableDictionary<string, ResourceMap> Apply(
        ImmutableDictionary<string, ResourceMap> resources, StoreChange change, ImmutableArray<ObjectChange>.Builder applied)
    {
        var key = keys.Parse(change.Key);
        var map = resources.GetValueOrDefault(key.Resource) ?? ResourceMap.Empty;
        var previous = map.Get(key.Namespace, key.Name);
        if (change.Document is { } document)
        {
            var item = new KubeObject(key, change.Revision, document);
            Reindex(previous, item);
            applied.Add(new ObjectChange(previous is null ? ChangeKind.Added : ChangeKind.Modified, item, previous));
            return resources.SetItem(key.Resource, map.Set(item));
        }

        if (previous is null)
        {
            return resources;
        }

        Reindex(previous, null);
        applied.Add(new ObjectChange(ChangeKind.Deleted, previous.WithRevision(change.Revision), previous));
        return resources.SetItem(key.Resource, map.Remove(key));
    }

    private void Reindex(KubeObject? before, KubeObject? after)
    {
        var oldOwners = OwnersOf(before);
        var newOwners = OwnersOf(after);
        foreach (var owner in newOwners)
        {
            owners.Set(owner, after!);
        }

        foreach (var owner in oldOwners)
        {
            if (!newOwners.Contains(owner))
            {
                owners.Remove(owner, before!.Key);
            }
        }

        var (oldNode, newNode) = (NodeOf(before), NodeOf(after));
        if (newNode is not null)
        {
            nodes.Set(newNode, after!);
        }

        if (oldNode is not null && oldNode != newNode)
        {
            nodes.Remove(oldNode, before!.Key);
        }
    }

    private static void Add(Dictionary<string, List<KubeObject>> lists, string name, KubeObject item)
    {
        ref var list = ref CollectionsMarshal.GetValueRefOrAddDefault(lists, name, out _);
        (list ??= []).Add(item);
    }

    // Each uid once, though an object may name an owner twice.
    private string[] OwnersOf(KubeObject? item) => item is null || HeaderOf(item) is not { Owners: { IsEmpty: false } all }
        ? []
        : all.Length == 1 ? [all[0].Uid] : [.. all.Select(owner => owner.Uid).Distinct(StringComparer.Ordinal)];

    private string? NodeOf(KubeObject? item) =>
        item is { Key.Resource: "pods" } && HeaderOf(item) is { NodeName: { Length: > 0 } node } ? node : null;

    // A document that is no JSON cannot come through the API. It is shown all the same, so that it can be seen and deleted.
    private ObjectHeader? HeaderOf(KubeObject item)
    {
        try
        {
            return item.Header;
        }
        catch (JsonException error)
        {
            LogUnreadable(error, item.Key.ToString(), item.Revision);
            return null;
        }
    }

    [LoggerMessage(1100, LogLevel.Error, "The document of {Key} at revision {Revision} is not JSON")]
    private partial void LogUnreadable(Exception error, string key, long revision);

    private sealed record Shown(long Revision, ImmutableDictionary<string, ResourceMap> Resources);
}
