using System.Collections.Concurrent;
using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Storage.Cache;

/// <summary>Objects by something that they name: their owners, their node. One thread changes it, any thread reads.</summary>
/// <remarks>
/// Arrays, because they are read far more often than changed and by readers that want all of them: a read costs nothing, and
/// copying the 5,000 pods of a large replica set takes a few microseconds.
/// </remarks>
internal sealed class ObjectIndex
{
    private readonly ConcurrentDictionary<string, ImmutableArray<KubeObject>> entries = new(StringComparer.Ordinal);

    /// <summary>The objects under a name.</summary>
    public ImmutableArray<KubeObject> Get(string name) => entries.GetValueOrDefault(name, []);

    /// <summary>Replaces everything.</summary>
    public void Load(Dictionary<string, List<KubeObject>> items)
    {
        entries.Clear();
        foreach (var (name, list) in items)
        {
            entries[name] = [.. list];
        }
    }

    /// <summary>Puts an object under a name, or replaces its state before.</summary>
    public void Set(string name, KubeObject? before, KubeObject item)
    {
        var items = Get(name);
        var index = before is null ? -1 : Find(items, before);
        entries[name] = index < 0 ? items.Add(item) : items.SetItem(index, item);
    }

    /// <summary>Takes an object away from a name.</summary>
    public void Remove(string name, KubeObject before)
    {
        var items = Get(name);
        var index = Find(items, before);
        if (index < 0)
        {
            return;
        }

        if (items.Length == 1)
        {
            entries.TryRemove(name, out _);
        }
        else
        {
            entries[name] = items.RemoveAt(index);
        }
    }

    // The very object: the index holds the ones that the cache shows.
    private static int Find(ImmutableArray<KubeObject> items, KubeObject wanted)
    {
        for (var index = 0; index < items.Length; index++)
        {
            if (ReferenceEquals(items[index], wanted))
            {
                return index;
            }
        }

        return -1;
    }
}
