using System.Collections;
using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Storage.Cache;

/// <summary>The objects of one resource in one namespace, in the order of their names.</summary>
internal sealed class NamespaceMap(ImmutableSortedDictionary<string, KubeObject> names) : IReadOnlyCollection<KubeObject>
{
    /// <summary>No objects.</summary>
    public static readonly NamespaceMap Empty = new(ImmutableSortedDictionary.Create<string, KubeObject>(StringComparer.Ordinal));

    /// <inheritdoc/>
    public int Count => names.Count;

    /// <summary>Makes a map of many objects at once, which is far quicker than one by one.</summary>
    public static NamespaceMap Create(IEnumerable<KubeObject> items) =>
        new(ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, items.Select(item => KeyValuePair.Create(item.Key.Name, item))));

    /// <summary>One object; null if there is none.</summary>
    public KubeObject? Get(string name) => names.GetValueOrDefault(name);

    /// <summary>The map with an object added or replaced.</summary>
    public NamespaceMap Set(KubeObject item) => new(names.SetItem(item.Key.Name, item));

    /// <summary>The map without an object.</summary>
    public NamespaceMap Remove(string name) => new(names.Remove(name));

    /// <inheritdoc/>
    public IEnumerator<KubeObject> GetEnumerator()
    {
        foreach (var (_, item) in names)
        {
            yield return item;
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
