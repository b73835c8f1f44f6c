using System.Collections.Concurrent;
using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Storage.Cache;

/// <summary>Objects by something that they name: their owners, their node. One thread changes it, any thread reads.</summary>
/// <remarks>
/// Readers want all objects under a name, so they share an array; it is made anew by the first of them that comes after a change.
/// Made at every change, it would be copied 5,000 times while a replica set fills up, which was most of what the garbage collector did.
/// </remarks>
internal sealed class ObjectIndex
{
    private readonly ConcurrentDictionary<string, Group> groups = new(StringComparer.Ordinal);

    /// <summary>The objects under a name, in no order.</summary>
    public ImmutableArray<KubeObject> Get(string name) => groups.TryGetValue(name, out var group) ? group.All() : [];

    /// <summary>Replaces everything.</summary>
    public void Load(Dictionary<string, List<KubeObject>> items)
    {
        groups.Clear();
        foreach (var (name, list) in items)
        {
            var group = new Group();
            foreach (var item in list)
            {
                group.Set(item);
            }

            groups[name] = group;
        }
    }

    /// <summary>Puts an object under a name, or replaces its state before.</summary>
    public void Set(string name, KubeObject item) => groups.GetOrAdd(name, static _ => new Group()).Set(item);

    /// <summary>Takes an object away from a name.</summary>
    public void Remove(string name, ObjectKey key)
    {
        if (groups.TryGetValue(name, out var group) && group.Remove(key))
        {
            groups.TryRemove(name, out _);
        }
    }

    private sealed class Group
    {
        private readonly Dictionary<ObjectKey, KubeObject> items = [];
        private ImmutableArray<KubeObject> all;

        public ImmutableArray<KubeObject> All()
        {
            lock (items)
            {
                return all.IsDefault ? all = [.. items.Values] : all;
            }
        }

        public void Set(KubeObject item)
        {
            lock (items)
            {
                items[item.Key] = item;
                all = default;
            }
        }

        /// <summary>Whether none is left.</summary>
        public bool Remove(ObjectKey key)
        {
            lock (items)
            {
                items.Remove(key);
                all = default;
                return items.Count == 0;
            }
        }
    }
}
