using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Gateway.Computed;

/// <summary>What the containers of each running pod use.</summary>
internal sealed class PodMetrics(IObjectCache cache, UsageReader usage, TimeProvider time) : IComputedKind
{
    /// <inheritdoc/>
    public ResourceDescriptor Resource => ResourceCatalog.PodMetrics;

    /// <inheritdoc/>
    public async Task<IEnumerable<KubeObject>> ListAsync(string? @namespace, CancellationToken cancellationToken)
    {
        var nodes = cache.List(ResourceCatalog.Pods.QualifiedName, @namespace).Items
            .Where(pod => pod.Header.NodeName.Length > 0)
            .GroupBy(pod => pod.Header.NodeName, StringComparer.Ordinal);
        return (await Task.WhenAll(nodes.Select(node => OfNodeAsync(node.Key, [.. node])))).SelectMany(items => items);
    }

    /// <inheritdoc/>
    public async Task<KubeObject?> GetAsync(ObjectKey key, CancellationToken cancellationToken) =>
        cache.Get(ResourceCatalog.Pods.Key(key.Namespace, key.Name)) is { Header.NodeName: { Length: > 0 } node } pod
            ? (await OfNodeAsync(node, [pod])).SingleOrDefault()
            : null;

    private async Task<IEnumerable<KubeObject>> OfNodeAsync(string node, IReadOnlyCollection<KubeObject> pods)
    {
        var measured = (await usage.ReadAsync(node))?.Pods.ToDictionary(pod => pod.PodUid, StringComparer.Ordinal);
        return measured is null ? [] : pods.Where(pod => measured.ContainsKey(pod.Header.Uid)).Select(pod => Of(pod, measured[pod.Header.Uid]));
    }

    private KubeObject Of(KubeObject pod, PodUsage measured)
    {
        var document = MetricsDocument.Begin(Resource, pod, time.GetUtcNow());
        document["containers"] = new JsonArray([.. measured.Containers.OrderBy(container => container.Key, StringComparer.Ordinal).Select(container => new JsonObject
        {
            ["name"] = container.Key,
            ["usage"] = MetricsDocument.Usage(container.Value),
        })]);
        return KubeObject.From(Resource.Key(pod.Key.Namespace, pod.Key.Name), pod.Revision, document);
    }
}
