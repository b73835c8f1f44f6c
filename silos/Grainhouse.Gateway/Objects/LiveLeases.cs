using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Gateway.Objects;

/// <summary>Shows in the leases of nodes when each was last heard of. No heartbeat is ever written, so it is asked of the node's grain.</summary>
internal sealed class LiveLeases(IGrainFactory grains, IObjectCache cache, Patience patience)
{
    /// <summary>Whether objects of a kind, in a namespace or (null) in all, may be leases of nodes.</summary>
    public static bool MayBeIn(ResourceDescriptor resource, string? @namespace) =>
        resource == ResourceCatalog.Leases && @namespace is null or NodeLeases.Namespace;

    /// <summary>The lease as of now; any other object as it is.</summary>
    public async ValueTask<KubeObject> ShowAsync(KubeObject item)
    {
        if (item.Key.Namespace != NodeLeases.Namespace
            || cache.Get(ResourceCatalog.Nodes.Key(null, item.Key.Name)) is null
            || await LastHeardAsync(item.Key.Name) is not { } heard)
        {
            return item;
        }

        var document = item.ToMutable();
        if (document["spec"] is not JsonObject spec)
        {
            return item;
        }

        spec["renewTime"] = NodeLeases.TimeText(heard);
        return KubeObject.From(item.Key, item.Revision, document);
    }

    private Task<DateTimeOffset?> LastHeardAsync(string name)
    {
        var node = grains.GetGrain<INodeGrain>(name);
        return patience.ReadAsync(node, node.GetLastHeardAsync(), static asked => asked.GetLastHeardAsync());
    }

    /// <summary>A page with its leases as of now.</summary>
    public async Task<ListPage> ShowAsync(ListPage page) =>
        page with { Items = await Task.WhenAll(page.Items.Select(item => ShowAsync(item).AsTask())) };
}
