using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Computed;

/// <summary>A kind whose objects nobody writes: they are computed whenever they are asked for.</summary>
internal interface IComputedKind
{
    /// <summary>The kind.</summary>
    ResourceDescriptor Resource { get; }

    /// <summary>All objects, of one namespace or (null) of all, in any order.</summary>
    Task<IEnumerable<KubeObject>> ListAsync(string? @namespace, CancellationToken cancellationToken);

    /// <summary>One object; null if there is none.</summary>
    async Task<KubeObject?> GetAsync(ObjectKey key, CancellationToken cancellationToken) =>
        (await ListAsync(key.Namespace.Length == 0 ? null : key.Namespace, cancellationToken)).FirstOrDefault(item => item.Key == key);
}
