using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Gateway.Computed;

/// <summary>The objects that are computed instead of stored.</summary>
internal sealed class ComputedObjects(IEnumerable<IComputedKind> kinds, IObjectCache cache)
{
    private readonly Dictionary<ResourceDescriptor, IComputedKind> kinds = kinds.ToDictionary(kind => kind.Resource);

    /// <summary>Whether objects of a kind are computed.</summary>
    public bool Owns(ResourceDescriptor resource) => kinds.ContainsKey(resource);

    /// <summary>All objects of such a kind, of one namespace or (null) of all.</summary>
    public async ValueTask<ObjectList> ListAsync(ResourceDescriptor resource, string? @namespace, CancellationToken cancellationToken)
    {
        var revision = cache.Revision;
        var items = await kinds[resource].ListAsync(@namespace, cancellationToken);
        return new ObjectList(revision, [.. items.OrderBy(item => item.Key.Namespace, StringComparer.Ordinal).ThenBy(item => item.Key.Name, StringComparer.Ordinal)]);
    }

    /// <summary>One object of such a kind; null if there is none.</summary>
    public Task<KubeObject?> GetAsync(ResourceDescriptor resource, ObjectKey key, CancellationToken cancellationToken) =>
        kinds[resource].GetAsync(key, cancellationToken);
}
