using System.Collections.Concurrent;

namespace Grainhouse.Storage.Cache;

/// <summary>The topics that have watches.</summary>
internal sealed class WatchTopics
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<WatchScope, WatchTopic> topics = new();
    private readonly HashSet<WatchTopic> signalled = [];
    private int subscribers;

    /// <summary>The number of watches.</summary>
    public int Subscribers => Volatile.Read(ref subscribers);

    /// <summary>Joins a topic.</summary>
    public WatchTopic Join(WatchScope scope)
    {
        lock (gate)
        {
            var topic = topics.GetOrAdd(scope, static _ => new WatchTopic());
            topic.Subscribers++;
            subscribers++;
            return topic;
        }
    }

    /// <summary>Leaves a topic; the last one out closes it.</summary>
    public void Leave(WatchScope scope, WatchTopic topic)
    {
        lock (gate)
        {
            subscribers--;
            if (--topic.Subscribers == 0)
            {
                topics.TryRemove(scope, out _);
            }
        }
    }

    /// <summary>Wakes the watches that a batch concerns. Called by the cache's follower only.</summary>
    public void Signal(CachedBatch batch)
    {
        if (topics.IsEmpty)
        {
            return;
        }

        signalled.Clear();
        foreach (var change in batch.Changes)
        {
            var key = change.Object.Key;
            Signal(new WatchScope(key.Resource, key.Namespace), batch);
            Signal(new WatchScope(key.Resource, null), batch);
            Signal(new WatchScope(null, key.Namespace), batch);
            Signal(new WatchScope(null, null), batch);
        }
    }

    /// <summary>Wakes all watches to read on from where they are: anything may have happened up to a revision.</summary>
    public void SignalAll(long revision)
    {
        foreach (var (_, topic) in topics)
        {
            topic.Signal(0, revision);
        }
    }

    /// <summary>Tells all watches that wait how far the store is.</summary>
    public void Progress(long revision)
    {
        foreach (var (_, topic) in topics)
        {
            topic.Progress(revision);
        }
    }

    private void Signal(WatchScope scope, CachedBatch batch)
    {
        if (topics.TryGetValue(scope, out var topic) && signalled.Add(topic))
        {
            topic.Signal(batch.PreviousRevision, batch.Revision);
        }
    }
}
