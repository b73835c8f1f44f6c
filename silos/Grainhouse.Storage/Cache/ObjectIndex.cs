using System.Collections.Concurrent;
using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Storage.Cache;

/// <summary>Objects by something that they name: their owners, their node. One thread changes it, any thread reads.</summary>
internal sealed class ObjectIndex
{
    private readonly ConcurrentDictionary<string, ImmutableDictionary<ObjectKey, KubeObject>> entries = new(StringComparer.Ordinal);

    /// <summary>The objects under a name.</summary>
    public ImmutableArray<KubeObject> Get(string name) =>
        entries.TryGetValue(name, out var found) ? [.. found.Values] : [];

    /// <summary>Puts an object under a name.</summary>
    public void Add(string name, KubeObject item)
    {
        if (name.Length > 0)
        {
            var before = entries.GetValueOrDefault(name) ?? ImmutableDictionary<ObjectKey, KubeObject>.Empty;
            entries[name] = before.SetItem(item.Key, item);
        }
    }

    /// <summary>Takes an object away from a name.</summary>
    public void Remove(string name, ObjectKey key)
    {
        if (name.Length == 0 || !entries.TryGetValue(name, out var before))
        {
            return;
        }

        var after = before.Remove(key);
        if (after.IsEmpty)
        {
            entries.TryRemove(name, out _);
        }
        else
        {
            entries[name] = after;
        }
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => entries.Clear();
}
