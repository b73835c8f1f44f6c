using System.Collections;
using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Storage.Cache;

/// <summary>The objects of one resource: by namespace, then by name. Immutable, so that holding it is a snapshot.</summary>
internal sealed class ResourceMap : IReadOnlyCollection<KubeObject>
{
    /// <summary>No objects.</summary>
    public static readonly ResourceMap Empty = new(ImmutableSortedDictionary.Create<string, NamespaceMap>(NamespaceOrder.Instance), 0);

    private readonly ImmutableSortedDictionary<string, NamespaceMap> namespaces;

    private ResourceMap(ImmutableSortedDictionary<string, NamespaceMap> namespaces, int count)
    {
        this.namespaces = namespaces;
        Count = count;
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>Makes a map of many objects at once.</summary>
    public static ResourceMap Create(List<KubeObject> items)
    {
        var namespaces = items.GroupBy(item => item.Key.Namespace, StringComparer.Ordinal)
            .Select(group => KeyValuePair.Create(group.Key, NamespaceMap.Create(group)));
        return new ResourceMap(Empty.namespaces.AddRange(namespaces), items.Count);
    }

    /// <summary>One object; null if there is none.</summary>
    public KubeObject? Get(string @namespace, string name) =>
        namespaces.TryGetValue(@namespace, out var map) ? map.Get(name) : null;

    /// <summary>The objects of one namespace.</summary>
    public IReadOnlyCollection<KubeObject> Of(string @namespace) => namespaces.GetValueOrDefault(@namespace) ?? NamespaceMap.Empty;

    /// <summary>The map with an object added or replaced.</summary>
    public ResourceMap Set(KubeObject item)
    {
        var before = namespaces.GetValueOrDefault(item.Key.Namespace) ?? NamespaceMap.Empty;
        var after = before.Set(item);
        return new ResourceMap(namespaces.SetItem(item.Key.Namespace, after), Count + after.Count - before.Count);
    }

    /// <summary>The map without an object.</summary>
    public ResourceMap Remove(ObjectKey key)
    {
        var before = namespaces.GetValueOrDefault(key.Namespace) ?? NamespaceMap.Empty;
        var after = before.Remove(key.Name);
        var rest = after.Count == 0 ? namespaces.Remove(key.Namespace) : namespaces.SetItem(key.Namespace, after);
        return new ResourceMap(rest, Count + after.Count - before.Count);
    }

    /// <inheritdoc/>
    public IEnumerator<KubeObject> GetEnumerator()
    {
        foreach (var (_, map) in namespaces)
        {
            foreach (var item in map)
            {
                yield return item;
            }
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Orders namespaces as they lie in keys, where a slash follows: <c>a-b/</c> comes before <c>a/</c>.</summary>
    private sealed class NamespaceOrder : IComparer<string>
    {
        public static readonly NamespaceOrder Instance = new();

        public int Compare(string? left, string? right)
        {
            var common = left.AsSpan().CommonPrefixLength(right);
            return At(left!, common) - At(right!, common);
        }

        private static int At(string text, int index) => index < text.Length ? text[index] : index == text.Length ? '/' : -1;
    }
}
