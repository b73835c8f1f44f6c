using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Pods;
using Grainhouse.Simulation.Engine;

namespace Grainhouse.Simulation.Storage;

/// <summary>A silo's copy of all objects, behind the store by what the feed takes.</summary>
internal sealed class SimulatedCache : IObjectCache
{
    private static readonly string Pods = ResourceCatalog.Pods.QualifiedName;

    private readonly SimulatedStore store;
    private readonly IObjectStore connection;
    private readonly Network network;
    private readonly CacheFlaws flaws;
    private readonly Dictionary<ObjectKey, KubeObject> objects = [];
    private readonly Dictionary<string, SortedDictionary<string, KubeObject>> byResource = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, string?), ObjectList> lists = [];
    private readonly Dictionary<string, SortedDictionary<string, KubeObject>> byOwner = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SortedDictionary<string, KubeObject>> byNode = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<KubeObject>> onNode = new(StringComparer.Ordinal);
    private readonly List<ObjectChange> seen = [];
    private readonly List<(long Revision, TaskCompletionSource Reached)> waiters = [];
    private TaskCompletionSource news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int position;
    private bool pulling;
    private int expiries;

    public SimulatedCache(SimulatedStore store, IObjectStore connection, Network network, CacheFlaws flaws)
    {
        (this.store, this.connection, this.network, this.flaws) = (store, connection, network, flaws);

        // A silo that starts scans the store: one look at all there is, with no history before it.
        foreach (var item in store.Objects.Values)
        {
            Put(item);
        }

        position = store.Log.Count;
        Revision = store.Revision;
    }

    public long Revision { get; private set; }

    /// <summary>How far the feed is behind while it is slow.</summary>
    public TimeSpan Lag { get; set; }

    /// <summary>The store has news: they arrive after a while.</summary>
    public void Announce()
    {
        if (!pulling)
        {
            pulling = true;
            network.Carry(network.StoreLatency() + Lag, Pull);
        }
    }

    /// <summary>Every watch that is open finds its place in the history gone.</summary>
    public void ExpireWatches()
    {
        expiries++;
        Signal();
    }

    public ValueTask WaitForAsync(long revision, CancellationToken cancellationToken = default)
    {
        if (revision <= Revision)
        {
            return default;
        }

        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        waiters.Add((revision, reached));
        return new ValueTask(reached.Task);
    }

    public async ValueTask<long> CatchUpAsync(CancellationToken cancellationToken = default)
    {
        var revision = await connection.ReadRevisionAsync(cancellationToken);
        await WaitForAsync(revision, cancellationToken);
        return revision;
    }

    public KubeObject? Get(ObjectKey key) => flaws.Show(objects.GetValueOrDefault(key));

    public ObjectList List(string resource, string? @namespace = null)
    {
        if (!lists.TryGetValue((resource, @namespace), out var list))
        {
            IEnumerable<KubeObject> items = byResource.TryGetValue(resource, out var all) ? all.Values : [];
            lists[(resource, @namespace)] = list = new ObjectList(Revision, [.. items.Where(item => @namespace is null || item.Key.Namespace == @namespace)]);
        }

        return list with { Revision = Revision };
    }

    public ImmutableArray<KubeObject> OwnedBy(string uid) => byOwner.TryGetValue(uid, out var owned) ? [.. owned.Values] : [];

    public ImmutableArray<KubeObject> PodsOnNode(string node)
    {
        // The same array as long as nothing has changed, as in the real one.
        if (!onNode.TryGetValue(node, out var pods))
        {
            onNode[node] = pods = byNode.TryGetValue(node, out var found) ? [.. found.Values] : [];
        }

        return pods;
    }

    public async IAsyncEnumerable<ChangeBatch> WatchAsync(
        long after, string? resource, string? @namespace, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var expired = expiries;
        var next = seen.FindLastIndex(change => change.Object.Revision <= after) + 1;
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (expired != expiries)
            {
                throw new RevisionCompactedException(after, Revision);
            }

            if (next < seen.Count)
            {
                ImmutableArray<ObjectChange> changes = [.. seen.Skip(next)];
                next = seen.Count;
                yield return new ChangeBatch(Revision, changes);
                continue;
            }

            await news.Task;
        }
    }

    private void Pull()
    {
        pulling = false;
        var resuming = true;
        for (; position < store.Log.Count; position++)
        {
            var logged = store.Log[position];
            Revision = logged.Change.Revision;
            if (logged.Object is { } change && !(resuming && flaws.SkipsOnResume(change)))
            {
                Apply(change);
            }

            resuming = false;
        }

        waiters.RemoveAll(waiter => waiter.Revision <= Revision && waiter.Reached.TrySetResult());
        Signal();
    }

    private void Signal()
    {
        var told = news;
        news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        told.TrySetResult();
    }

    private void Apply(ObjectChange change)
    {
        if (change.Previous is { } previous)
        {
            Drop(previous);
        }

        if (change.Kind != ChangeKind.Deleted)
        {
            Put(change.Object);
        }

        seen.Add(change);
    }

    private void Put(KubeObject item)
    {
        var key = item.Key.ToString();
        Forget(item);
        objects[item.Key] = item;
        Shelf(byResource, item.Key.Resource)[key] = item;
        foreach (var owner in item.Header.Owners)
        {
            Shelf(byOwner, owner.Uid)[key] = item;
        }

        if (item.Key.Resource == Pods && PodView.Of(item).Node is { Length: > 0 } node)
        {
            Shelf(byNode, node)[key] = item;
            onNode.Remove(node);
        }
    }

    private void Drop(KubeObject item)
    {
        var key = item.Key.ToString();
        Forget(item);
        objects.Remove(item.Key);
        Shelf(byResource, item.Key.Resource).Remove(key);
        foreach (var owner in item.Header.Owners)
        {
            Shelf(byOwner, owner.Uid).Remove(key);
        }

        if (item.Key.Resource == Pods && PodView.Of(item).Node is { Length: > 0 } node)
        {
            Shelf(byNode, node).Remove(key);
            onNode.Remove(node);
        }
    }

    private void Forget(KubeObject item)
    {
        lists.Remove((item.Key.Resource, null));
        lists.Remove((item.Key.Resource, item.Key.Namespace));
    }

    private static SortedDictionary<string, KubeObject> Shelf(Dictionary<string, SortedDictionary<string, KubeObject>> shelves, string name)
    {
        if (!shelves.TryGetValue(name, out var shelf))
        {
            shelves[name] = shelf = new SortedDictionary<string, KubeObject>(StringComparer.Ordinal);
        }

        return shelf;
    }
}
