using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Cache;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.Storage;

/// <summary>The silo's copy of all objects, loaded by one scan and kept by the change feed.</summary>
/// <remarks>
/// Watches read the newest batches from memory; one that falls behind them, or starts before them, reads the store's log until
/// it has caught up. A watch keeps no more than its place, so a slow one costs nothing and delays nobody.
/// </remarks>
public sealed partial class ObjectCache : IObjectCache, IAsyncDisposable
{
    private const int ScanPageItems = 2_000;
    private const int HistoryPageItems = 500;
    private const int BatchesAtOnce = 16;
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(200);

    private readonly IObjectStore store;
    private readonly IObjectHistory history;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly CachedObjects objects;
    private readonly RecentBatches recent = new();
    private readonly WatchTopics topics = new();
    private readonly RevisionWaiters waiters = new();
    private readonly ProgressTimer progress;
    private readonly CancellationTokenSource stop = new();
    private Task following = Task.CompletedTask;
    private int disposed;

    /// <summary>Makes an empty cache; <see cref="StartAsync"/> fills it.</summary>
    public ObjectCache(IObjectStore store, IObjectHistory history, TimeProvider? time = null, ILogger<ObjectCache>? logger = null)
    {
        this.store = store;
        this.history = history;
        this.time = time ?? TimeProvider.System;
        this.logger = logger ?? NullLogger<ObjectCache>.Instance;
        objects = new CachedObjects(this.logger);
        progress = new ProgressTimer(topics, this.time);
    }

    /// <inheritdoc/>
    public long Revision => waiters.Reached;

    /// <summary>Loads all objects and begins to follow the store. Returns when the cache can be read.</summary>
    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        await LoadAsync(cancellationToken);
        following = Task.Run(FollowAsync, CancellationToken.None);
    }

    /// <inheritdoc/>
    public ValueTask WaitForAsync(long revision, CancellationToken cancellationToken = default) => waiters.WaitAsync(revision, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<long> CatchUpAsync(CancellationToken cancellationToken = default)
    {
        var revision = await store.ReadRevisionAsync(cancellationToken);
        await WaitForAsync(revision, cancellationToken);
        return revision;
    }

    /// <inheritdoc/>
    public KubeObject? Get(ObjectKey key) => objects.Get(key);

    /// <inheritdoc/>
    public ObjectList List(string resource, string? @namespace = null) => objects.List(resource, @namespace);

    /// <inheritdoc/>
    public ImmutableArray<KubeObject> OwnedBy(string uid) => objects.OwnedBy(uid);

    /// <inheritdoc/>
    public ImmutableArray<KubeObject> PodsOnNode(string node) => objects.PodsOnNode(node);

    /// <inheritdoc/>
    /// <remarks>Ends with <see cref="OperationCanceledException"/>. Empty batches come at most once a second.</remarks>
    public async IAsyncEnumerable<ChangeBatch> WatchAsync(
        long after, string? resource, string? @namespace, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        if (after < store.OldestRevision)
        {
            throw new RevisionCompactedException(after, store.OldestRevision);
        }

        var scope = new WatchScope(resource, @namespace);
        var batches = new CachedBatch[BatchesAtOnce];
        var position = after;
        var told = after;

        // Joined before the first read, so that no change can fall between reading and waiting.
        var topic = topics.Join(scope);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                var count = recent.Read(position, batches);
                if (count < 0)
                {
                    var page = await ReadHistoryAsync(scope, position, cancellationToken);
                    position = page.Revision;
                    if (page.Changes.Length > 0)
                    {
                        told = position;
                        yield return page;
                    }

                    continue;
                }

                for (var index = 0; index < count; index++)
                {
                    var changes = batches[index].For(scope, position);
                    position = batches[index].Revision;
                    if (changes.Length > 0)
                    {
                        told = position;
                        yield return new ChangeBatch(position, changes);
                    }
                }

                if (count > 0)
                {
                    continue;
                }

                var news = await topic.WaitAsync(position).WaitAsync(cancellationToken);
                position = Math.Max(position, news.QuietUpTo);
                if (news.IsProgress && position > told)
                {
                    told = position;
                    yield return new ChangeBatch(position, []);
                }
            }
        }
        finally
        {
            topics.Leave(scope, topic);
        }
    }

    /// <summary>Stops following the store. Safe to repeat.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref disposed, 1) != 0)
        {
            return;
        }

        await stop.CancelAsync();
        await following;
        progress.Dispose();
        stop.Dispose();
    }

    private async Task<ChangeBatch> ReadHistoryAsync(WatchScope scope, long after, CancellationToken cancellationToken)
    {
        var prefix = scope.Resource is null ? "" : ObjectKey.Prefix(scope.Resource, scope.Namespace);
        var page = await history.ReadHistoryAsync(prefix, after, Revision, HistoryPageItems, cancellationToken);
        return new ChangeBatch(page.Revision, LoggedChanges.ToObjectChanges(page.Changes, scope));
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        var documents = new List<StoredDocument>();
        ScanPage? page = null;
        do
        {
            page = await store.ScanAsync("", page?.Revision, page?.Items[^1].Key, ScanPageItems, cancellationToken);
            documents.AddRange(page.Items.Where(item => KeyPool.NamesObject(item.Key)));
        }
        while (page.More);

        objects.Load(page.Revision, documents);
        recent.Reset(page.Revision);
        waiters.Reach(page.Revision);
        topics.SignalAll(page.Revision);
        LogLoaded(documents.Count, page.Revision);
    }

    private async Task FollowAsync()
    {
        var isBehind = false;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (isBehind)
                {
                    await LoadAsync(stop.Token);
                    isBehind = false;
                }

                await foreach (var batch in store.ChangesAsync(Revision, stop.Token))
                {
                    Apply(batch);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (RevisionCompactedException behind)
            {
                LogFellBehind(behind);
                isBehind = true;
            }
#pragma warning disable CA1031 // The edge of the follower's loop: without it one fault would leave the cache standing still for ever.
            catch (Exception error)
#pragma warning restore CA1031
            {
                LogFollowFailed(error, RetryDelay);

                // What of a batch was applied before a fault is not known; what the store says now is.
                isBehind |= error is not StoreUnavailableException;
                await Task.Delay(RetryDelay, time, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private void Apply(ImmutableArray<StoreChange> batch)
    {
        var previousRevision = objects.Revision;
        var changes = objects.Apply(batch);
        var bytes = 0L;
        foreach (var change in changes)
        {
            bytes += change.Object.Document.Length;
        }

        var cached = new CachedBatch(previousRevision, batch[^1].Revision, changes, bytes);
        recent.Add(cached);
        waiters.Reach(cached.Revision);
        topics.Signal(cached);
        progress.Dispatched(cached.Revision);
    }
}
