using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Orleans.Concurrency;

namespace Grainhouse.Gateway.Tests;

/// <summary>Objects in memory behind the contracts that the gateway uses: store, cache and grains in one.</summary>
internal sealed class FakeCluster : IObjectStore, IObjectCache
{
    private readonly Lock gate = new();
    private readonly SortedDictionary<string, KubeObject> objects = new(StringComparer.Ordinal);
    private readonly List<ObjectChange> log = [];
    private readonly List<Channel<ChangeBatch>> watchers = [];
    private long revision = 100;

    /// <summary>Revisions up to here are compacted.</summary>
    public long Compacted { get; set; }

    /// <summary>The store does not answer.</summary>
    public bool Away { get; set; }

    public ConcurrentDictionary<string, FakeNode> Nodes { get; } = new();

    public IGrainFactory Grains { get; }

    /// <summary>What every write to an object's grain is answered with, where set.</summary>
    public Func<string, ObjectResult?> Intercept { get; set; } = _ => null;

    /// <summary>How long a creation takes.</summary>
    public Func<string, TimeSpan> Slow { get; set; } = _ => TimeSpan.Zero;

    /// <summary>The evictions that objects' grains were asked for.</summary>
    public ConcurrentQueue<(string Key, DeletionOptions Options)> Evictions { get; } = new();

    /// <summary>The patches that objects' grains were asked for.</summary>
    public ConcurrentQueue<(string Key, PatchType Type, string Patch, WriteOptions Options)> Patches { get; } = new();

    public FakeCluster()
    {
        Grains = DispatchProxy.Create<IGrainFactory, GrainProxy>();
        ((GrainProxy)(object)Grains).Cluster = this;
    }

    public long Revision => revision;

    public long OldestRevision => Compacted;

    public KubeObject Put(string key, string json)
    {
        lock (gate)
        {
            var previous = objects.GetValueOrDefault(key);
            var item = KubeObject.From(ObjectKey.Parse(key), ++revision, JsonNode.Parse(json)!.AsObject());
            objects[key] = item;
            Tell(new ObjectChange(previous is null ? ChangeKind.Added : ChangeKind.Modified, item, previous));
            return item;
        }
    }

    public KubeObject? Remove(string key)
    {
        lock (gate)
        {
            if (!objects.Remove(key, out var last))
            {
                return null;
            }

            var gone = last.WithRevision(++revision);
            Tell(new ObjectChange(ChangeKind.Deleted, gone, last));
            return gone;
        }
    }

    private void Tell(ObjectChange change)
    {
        log.Add(change);
        foreach (var watcher in watchers)
        {
            watcher.Writer.TryWrite(new ChangeBatch(change.Object.Revision, [change]));
        }
    }

    public ValueTask WaitForAsync(long wanted, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

    public ValueTask<long> CatchUpAsync(CancellationToken cancellationToken = default) => ReadRevisionAsync(cancellationToken);

    public ValueTask<long> ReadRevisionAsync(CancellationToken cancellationToken = default) =>
        Away ? throw new StoreUnavailableException("the store is away") : new(revision);

    public KubeObject? Get(ObjectKey key)
    {
        lock (gate)
        {
            return objects.GetValueOrDefault(key.ToString());
        }
    }

    public ObjectList List(string resource, string? @namespace = null)
    {
        lock (gate)
        {
            var prefix = ObjectKey.Prefix(resource, @namespace);
            return new ObjectList(revision, [.. objects.Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(item => item.Value)]);
        }
    }

    public ImmutableArray<KubeObject> OwnedBy(string uid) => [];

    public ImmutableArray<KubeObject> PodsOnNode(string node) => [];

    public async IAsyncEnumerable<ChangeBatch> WatchAsync(
        long after, string? resource, string? @namespace, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (after < Compacted)
        {
            throw new RevisionCompactedException(after, Compacted);
        }

        var channel = Channel.CreateUnbounded<ChangeBatch>();
        lock (gate)
        {
            foreach (var change in log.Where(change => change.Object.Revision > after))
            {
                channel.Writer.TryWrite(new ChangeBatch(change.Object.Revision, [change]));
            }

            watchers.Add(channel);
        }

        await foreach (var batch in channel.Reader.ReadAllAsync(cancellationToken))
        {
            var mine = batch.Changes.Where(change => change.Object.Key.Resource == resource && (@namespace is null || change.Object.Key.Namespace == @namespace)).ToImmutableArray();
            yield return batch with { Changes = mine };
        }
    }

    public Task<ScanPage> ScanAsync(string prefix, long? at = null, string? after = null, int limit = 0, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            var shown = at ?? revision;
            if (shown < Compacted)
            {
                throw new RevisionCompactedException(shown, Compacted);
            }

            var state = new SortedDictionary<string, KubeObject>(StringComparer.Ordinal);
            foreach (var change in log.Where(change => change.Object.Revision <= shown))
            {
                var key = change.Object.Key.ToString();
                if (change.Kind == ChangeKind.Deleted)
                {
                    state.Remove(key);
                }
                else
                {
                    state[key] = change.Object;
                }
            }

            var found = state.Where(item => item.Key.StartsWith(prefix, StringComparison.Ordinal) && string.CompareOrdinal(item.Key, after ?? "") > 0).ToArray();
            var page = limit == 0 ? found : [.. found.Take(limit)];
            return Task.FromResult(new ScanPage(
                shown, [.. page.Select(item => new StoredDocument(item.Key, item.Value.Revision, item.Value.Document))], page.Length < found.Length));
        }
    }

    public Task<ImmutableArray<WriteOutcome>> CommitAsync(ImmutableArray<StoreWrite> writes, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public ValueTask<StoredDocument?> ReadAsync(string key, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public IAsyncEnumerable<ImmutableArray<StoreChange>> ChangesAsync(long after, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public class GrainProxy : DispatchProxy
    {
        internal FakeCluster Cluster { get; set; } = null!;

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            var type = targetMethod!.GetGenericArguments()[0];
            var key = (string)args![0]!;
            return type == typeof(IObjectGrain) ? new FakeObject(Cluster, key)
                : type == typeof(INodeGrain) ? Cluster.Nodes.GetOrAdd(key, _ => new FakeNode())
                : throw new NotSupportedException(type.Name);
        }
    }
}

/// <summary>An object's grain without rules: it keeps what it is given, and notes with which options.</summary>
internal sealed class FakeObject(FakeCluster cluster, string key) : IObjectGrain
{
    private readonly ObjectKey parsed = ObjectKey.Parse(key);

    public ValueTask<KubeObject?> GetAsync() => new(cluster.Get(parsed));

    public Task<ObjectResult> CreateAsync(ReadOnlyMemory<byte> document, WriteOptions options) =>
        cluster.Intercept(key) is { } answer ? Task.FromResult(answer) : StoreAsync(document, options);

    private async Task<ObjectResult> StoreAsync(ReadOnlyMemory<byte> document, WriteOptions options)
    {
        await Task.Delay(cluster.Slow(key));
        return cluster.Get(parsed) is null
            ? new ObjectResult { Object = options.DryRun ? Make(document) : cluster.Put(key, Complete(document)) }
            : ObjectResult.Failed(ApiStatus.AlreadyExists(ResourceCatalog.Find(parsed.Resource)!, parsed.Name));
    }

    public Task<ObjectResult> UpdateAsync(ReadOnlyMemory<byte> document, WriteOptions options) =>
        Task.FromResult(cluster.Intercept(key) ?? new ObjectResult { Object = cluster.Put(key, Complete(document)) });

    public Task<ObjectResult> PatchAsync(PatchType type, ReadOnlyMemory<byte> patch, WriteOptions options)
    {
        cluster.Patches.Enqueue((key, type, System.Text.Encoding.UTF8.GetString(patch.Span), options));
        var create = type == PatchType.Apply && cluster.Get(parsed) is null;
        return Task.FromResult(cluster.Intercept(key)
            ?? new ObjectResult { Object = create ? cluster.Put(key, Complete(patch)) : cluster.Get(parsed), Created = create });
    }

    public Task<ObjectResult> DeleteAsync(DeletionOptions options) => Task.FromResult(
        cluster.Intercept(key)
        ?? (cluster.Remove(key) is { } gone
            ? new ObjectResult { Object = gone, Gone = true }
            : ObjectResult.Failed(ApiStatus.NotFound(ResourceCatalog.Find(parsed.Resource)!, parsed.Name))));

    public Task<ObjectResult> EvictAsync(DeletionOptions options)
    {
        cluster.Evictions.Enqueue((key, options));
        return options.DryRun ? Task.FromResult(cluster.Intercept(key) ?? new ObjectResult { Object = cluster.Get(parsed) }) : DeleteAsync(options);
    }

    private KubeObject Make(ReadOnlyMemory<byte> document) => KubeObject.From(parsed, 0, JsonNode.Parse(Complete(document))!.AsObject());

    private string Complete(ReadOnlyMemory<byte> document)
    {
        var root = JsonNode.Parse(document.Span)!.AsObject();
        var resource = ResourceCatalog.Find(parsed.Resource)!;
        root["kind"] = resource.Kind;
        root["apiVersion"] = resource.ApiVersion;
        var metadata = (JsonObject)(root["metadata"] ??= new JsonObject());
        metadata["name"] = parsed.Name;
        metadata["uid"] = "uid-" + parsed.Name;
        if (resource.Namespaced)
        {
            metadata["namespace"] = parsed.Namespace;
        }

        return root.ToJsonString();
    }
}

/// <summary>A node's grain whose directives the test writes and whose reports it reads.</summary>
internal sealed class FakeNode : INodeGrain
{
    public Channel<NodeDirective> Directives { get; } = Channel.CreateUnbounded<NodeDirective>();

    public Channel<AgentReport> Reports { get; } = Channel.CreateUnbounded<AgentReport>();

    public Func<TunnelRequest, bool> OnTunnel { get; set; } = _ => false;

    public async IAsyncEnumerable<Immutable<NodeDirective>> AttachAsync(Immutable<Hello> hello, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return new NodeDirective { Sequence = 1, Snapshot = new Snapshot() }.AsImmutable();
        await foreach (var directive in Directives.Reader.ReadAllAsync(cancellationToken))
        {
            yield return directive.AsImmutable();
        }
    }

    public Task ReportAsync(string instance, Immutable<AgentReport> report) => Reports.Writer.WriteAsync(report.Value).AsTask();

    public Task<ImmutableArray<PodVerdict>> AdmitAsync(ImmutableArray<PodClaim> claims) => Task.FromResult(ImmutableArray<PodVerdict>.Empty);

    public Task<bool> OpenTunnelAsync(Immutable<TunnelRequest> request) => Task.FromResult(OnTunnel(request.Value));

    public DateTimeOffset? Heard { get; set; }

    public Task<DateTimeOffset?> GetLastHeardAsync() => Task.FromResult(Heard);

    public Task<Immutable<Heartbeat>?> GetUsageAsync() => Task.FromResult<Immutable<Heartbeat>?>(null);
}
