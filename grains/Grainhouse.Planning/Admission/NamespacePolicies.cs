using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Planning.Admission;

/// <summary>What a namespace asks of the objects that are made in it.</summary>
/// <param name="LimitRanges">Its LimitRanges, by name.</param>
public sealed record NamespacePolicies(ImmutableArray<KubeObject> LimitRanges)
{
    /// <summary>Nothing.</summary>
    public static NamespacePolicies None { get; } = new([]);

    /// <summary>What concerns an object of a kind. For a namespace that has none, one look into the cache and no more.</summary>
    public static NamespacePolicies Of(IObjectCache cache, ResourceDescriptor resource, ObjectKey key)
    {
        if (resource != ResourceCatalog.Pods && resource != ResourceCatalog.PersistentVolumeClaims)
        {
            return None;
        }

        var ranges = cache.List(ResourceCatalog.LimitRanges.QualifiedName, key.Namespace).Items;
        return ranges.Count == 0 ? None : new NamespacePolicies([.. ranges]);
    }
}
