using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Gateway.Computed;

/// <summary>What each node uses; nodes without an agent have none.</summary>
internal sealed class NodeMetrics(IObjectCache cache, UsageReader usage, TimeProvider time) : IComputedKind
{
    /// <inheritdoc/>
    public ResourceDescriptor Resource => ResourceCatalog.NodeMetrics;

    /// <inheritdoc/>
    public async Task<IEnumerable<KubeObject>> ListAsync(string? @namespace, CancellationToken cancellationToken) =>
        (await Task.WhenAll(cache.List(ResourceCatalog.Nodes.QualifiedName).Items.Select(OfAsync))).OfType<KubeObject>();

    /// <inheritdoc/>
    public async Task<KubeObject?> GetAsync(ObjectKey key, CancellationToken cancellationToken) =>
        cache.Get(ResourceCatalog.Nodes.Key(null, key.Name)) is { } node ? await OfAsync(node) : null;

    private async Task<KubeObject?> OfAsync(KubeObject node)
    {
        if ((await usage.ReadAsync(node.Key.Name))?.Node is not { } measured)
        {
            return null;
        }

        var document = MetricsDocument.Begin(Resource, node, time.GetUtcNow());
        document["usage"] = MetricsDocument.Usage(measured);
        return KubeObject.From(Resource.Key(null, node.Key.Name), node.Revision, document);
    }
}
