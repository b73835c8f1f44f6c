using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Grains.Members;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Grains.Startup;

/// <summary>Makes the objects that every cluster has: the four namespaces, two priorities and the API's own service.</summary>
/// <remarks>Done at each start; what is there already is left as it is.</remarks>
internal sealed class ClusterBootstrap(IGrainFactory grains, IObjectCache cache, ClusterMembers members)
{
    private const string Namespace = "default";
    private const string Service = "kubernetes";
    private const string ServiceLabel = "kubernetes.io/service-name";
    private const string Maker = "grainhouse-gateways";

    private static readonly string[] Namespaces = [Namespace, "kube-system", "kube-public", "kube-node-lease"];

    // Upstream's SystemPriorityClasses (pkg/apis/scheduling/v1).
    private static readonly (string Name, long Value, string Use)[] Priorities =
    [
        ("system-cluster-critical", 2_000_000_000, "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."),
        ("system-node-critical", 2_000_001_000, "Used for system critical pods that must not be moved from their current node."),
    ];

    public async Task RunAsync()
    {
        await Task.WhenAll(Namespaces.Select(name => CreateAsync(ResourceCatalog.Namespaces, null, name, []))
            .Concat(Priorities.Select(item => CreateAsync(ResourceCatalog.PriorityClasses, null, item.Name, PriorityClass(item.Value, item.Use)))));
        await CreateAsync(ResourceCatalog.Services, Namespace, Service, ApiService());
        await RefreshEndpointsAsync();
    }

    private static JsonObject PriorityClass(long value, string use) => new() { ["value"] = value, ["description"] = use };

    private JsonObject ApiService() => new()
    {
        ["metadata"] = new JsonObject { ["labels"] = ApiLabels() },
        ["spec"] = new JsonObject
        {
            ["type"] = "ClusterIP",
            ["clusterIP"] = "10.96.0.1",
            ["clusterIPs"] = new JsonArray("10.96.0.1"),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = 443, ["protocol"] = "TCP", ["targetPort"] = Port() }),
        },
    };

    /// <summary>Lets the API's own service lead to the gateways that there are now.</summary>
    /// <remarks>The service has no selector, so nobody else looks after its endpoints.</remarks>
    public async Task RefreshEndpointsAsync()
    {
        var gateways = members.Current.Gateways.GroupBy(gateway => gateway.Port).OrderBy(group => group.Key).ToArray();
        if (gateways.Length == 0)
        {
            return;
        }

        var endpoints = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["endpointslice.kubernetes.io/skip-mirror"] = "true" } },
            ["subsets"] = new JsonArray([.. gateways.Select(group => new JsonObject
            {
                ["addresses"] = new JsonArray([.. Hosts(group).Select(host => new JsonObject { ["ip"] = host })]),
                ["ports"] = Ports(group.Key),
            })]),
        };
        await PutAsync(ResourceCatalog.Endpoints, Service, endpoints);

        // A slice has one list of ports: so there is one for each port that a gateway listens on.
        string[] slices = [.. gateways.Select((group, place) => place == 0 ? Service : $"{Service}-{group.Key}")];
        await Task.WhenAll(gateways.Zip(slices, (group, name) => PutAsync(ResourceCatalog.EndpointSlices, name, Slice(group))));
        await Task.WhenAll(SlicesBeside(slices).Select(slice =>
            grains.GetGrain<IObjectGrain>(slice.Key.ToString()).DeleteAsync(new DeletionOptions { Uid = slice.Header.Uid })));
    }

    private static JsonObject Slice(IGrouping<int, Uri> gateways) => new()
    {
        ["metadata"] = new JsonObject
        {
            ["labels"] = new JsonObject { [ServiceLabel] = Service, ["endpointslice.kubernetes.io/managed-by"] = Maker },
        },
        ["addressType"] = "IPv4",
        ["endpoints"] = new JsonArray([.. Hosts(gateways).Select(host => new JsonObject
        {
            ["addresses"] = new JsonArray(host),
            ["conditions"] = new JsonObject { ["ready"] = true },
        })]),
        ["ports"] = Ports(gateways.Key),
    };

    // Of ports that no gateway listens on any more.
    private IEnumerable<KubeObject> SlicesBeside(string[] wanted) => cache.List(ResourceCatalog.EndpointSlices.QualifiedName, Namespace).Items
        .Where(slice => slice.Header.Labels.GetValueOrDefault("endpointslice.kubernetes.io/managed-by") == Maker && !wanted.Contains(slice.Key.Name));

    private static IEnumerable<string> Hosts(IEnumerable<Uri> gateways) => gateways.Select(gateway => gateway.Host).Distinct(StringComparer.Ordinal);

    private static JsonArray Ports(int port) => [new JsonObject { ["name"] = "https", ["port"] = port, ["protocol"] = "TCP" }];

    private int Port() => members.Current.Gateways is [var first, ..] ? first.Port : 6443;

    private static JsonObject ApiLabels() => new() { ["component"] = "apiserver", ["provider"] = "kubernetes" };

    private async Task PutAsync(ResourceDescriptor resource, string name, JsonObject document)
    {
        var key = resource.Key(Namespace, name);
        var grain = grains.GetGrain<IObjectGrain>(key.ToString());
        var bytes = Complete(resource, key, document);
        var result = await grain.GetAsync() is null
            ? await grain.CreateAsync(bytes, new WriteOptions())
            : await grain.PatchAsync(PatchType.Merge, bytes, new WriteOptions());
        Check(key, result);
    }

    private async Task CreateAsync(ResourceDescriptor resource, string? @namespace, string name, JsonObject document)
    {
        var key = resource.Key(@namespace, name);
        Check(key, await grains.GetGrain<IObjectGrain>(key.ToString()).CreateAsync(Complete(resource, key, document), new WriteOptions()));
    }

    private static ReadOnlyMemory<byte> Complete(ResourceDescriptor resource, ObjectKey key, JsonObject document)
    {
        document["apiVersion"] = resource.ApiVersion;
        document["kind"] = resource.Kind;
        var metadata = document["metadata"] as JsonObject ?? [];
        metadata["name"] = key.Name;
        if (resource.Namespaced)
        {
            metadata["namespace"] = key.Namespace;
        }

        document["metadata"] = metadata;
        return Encoding.UTF8.GetBytes(document.ToJsonString());
    }

    private static void Check(ObjectKey key, ObjectResult result)
    {
        if (result.Error is { Reason: not "AlreadyExists" } error)
        {
            throw new InvalidOperationException($"The cluster's own {key} could not be made: {error.Message}");
        }
    }
}
