using System.Collections.Concurrent;
using Grainhouse.Client.Resources;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Client.Informers;

/// <summary>An informer's objects and those who are told of their changes.</summary>
/// <remarks>Writes and telling share a lock, so that everyone is told of each change once and in order, whenever they came.</remarks>
internal sealed partial class InformerStore<T>(ObjectCodec<T> codec, ILogger logger)
    where T : class
{
    private readonly Lock gate = new();
    private readonly ConcurrentDictionary<ObjectName, T> objects = new();
    private readonly List<Action<InformerChange<T>>> listeners = [];

    public int Count => objects.Count;

    public T? Get(ObjectName name) => objects.GetValueOrDefault(name);

    public IReadOnlyList<T> List(string? @namespace) =>
        @namespace is null ? [.. objects.Values] : [.. objects.Where(item => item.Key.Namespace == @namespace).Select(item => item.Value)];

    /// <summary>Adds a listener, who hears first of what is there.</summary>
    public IDisposable Subscribe(Action<InformerChange<T>> listener)
    {
        lock (gate)
        {
            foreach (var item in objects.Values)
            {
                Tell(listener, new InformerChange<T>(InformerChangeType.Added, item, null));
            }

            listeners.Add(listener);
        }

        return new Subscription(this, listener);
    }

    /// <summary>Takes a whole state: what differs from it is told, what is as it was is not.</summary>
    public void Replace(IReadOnlyList<T> state)
    {
        lock (gate)
        {
            var kept = state.Select(codec.NameOf).ToHashSet();
            foreach (var name in objects.Keys.Where(name => !kept.Contains(name)))
            {
                Remove(name, null);
            }

            foreach (var item in state)
            {
                Put(item);
            }
        }
    }

    /// <summary>Takes a change. One that the store shows already is not told again.</summary>
    public void Take(WatchChange<T> change)
    {
        lock (gate)
        {
            switch (change.Type)
            {
                case WatchChangeType.Added or WatchChangeType.Modified:
                    Put(change.Object);
                    break;
                case WatchChangeType.Deleted:
                    Remove(codec.NameOf(change.Object), change.Object);
                    break;
            }
        }
    }

    /// <summary>Shows every object again.</summary>
    public void Resync()
    {
        lock (gate)
        {
            foreach (var item in objects.Values)
            {
                TellAll(new InformerChange<T>(InformerChangeType.Resync, item, item));
            }
        }
    }

    private void Put(T item)
    {
        var name = codec.NameOf(item);
        var previous = objects.GetValueOrDefault(name);
        if (previous is not null && codec.UidOf(previous) != codec.UidOf(item))
        {
            // Deleted and made anew while nobody watched: two objects, one after the other.
            Remove(name, null);
            previous = null;
        }

        if (previous is not null && codec.RevisionOf(previous) == codec.RevisionOf(item))
        {
            return;
        }

        objects[name] = item;
        TellAll(new InformerChange<T>(previous is null ? InformerChangeType.Added : InformerChangeType.Modified, item, previous));
    }

    private void Remove(ObjectName name, T? last)
    {
        if (objects.TryRemove(name, out var known))
        {
            TellAll(new InformerChange<T>(InformerChangeType.Deleted, last ?? known, known));
        }
    }

    private void TellAll(InformerChange<T> change)
    {
        foreach (var listener in listeners)
        {
            Tell(listener, change);
        }
    }

    // The edge of the informer: a listener's fault must cost neither the store nor the other listeners.
    private void Tell(Action<InformerChange<T>> listener, InformerChange<T> change)
    {
        try
        {
            listener(change);
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            LogFault(fault, change.Type, codec.Kind, codec.NameOf(change.Object));
        }
    }

    private void Unsubscribe(Action<InformerChange<T>> listener)
    {
        lock (gate)
        {
            listeners.Remove(listener);
        }
    }

    [LoggerMessage(10, LogLevel.Error, "A listener failed at {Change} of {Kind} {Name}")]
    private partial void LogFault(Exception fault, InformerChangeType change, string kind, ObjectName name);

    private sealed class Subscription(InformerStore<T> store, Action<InformerChange<T>> listener) : IDisposable
    {
        public void Dispose() => store.Unsubscribe(listener);
    }
}
