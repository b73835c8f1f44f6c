using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Grains.Startup;

/// <summary>Makes the objects that every cluster has: the four namespaces and the API's own service.</summary>
/// <remarks>Done at each start; what is there already is left as it is.</remarks>
internal sealed class ClusterBootstrap(IGrainFactory grains, GrainOptions options)
{
    private static readonly string[] Namespaces = ["default", "kube-system", "kube-public", "kube-node-lease"];

    public async Task RunAsync()
    {
        await Task.WhenAll(Namespaces.Select(name => CreateAsync(ResourceCatalog.Namespaces, null, name, [])));
        await CreateAsync(ResourceCatalog.Services, "default", "kubernetes", ApiService());
        await RefreshEndpointsAsync();
    }

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

    // The service has no selector, so nobody else looks after its endpoints: they follow the gateways' addresses.
    private async Task RefreshEndpointsAsync()
    {
        var addresses = options.Gateways.Select(gateway => gateway.Host).Distinct(StringComparer.Ordinal).ToArray();
        if (addresses.Length == 0)
        {
            return;
        }

        var endpoints = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["endpointslice.kubernetes.io/skip-mirror"] = "true" } },
            ["subsets"] = new JsonArray(new JsonObject
            {
                ["addresses"] = new JsonArray([.. addresses.Select(address => new JsonObject { ["ip"] = address })]),
                ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = Port(), ["protocol"] = "TCP" }),
            }),
        };
        await PutAsync(ResourceCatalog.Endpoints, endpoints);

        var slice = new JsonObject
        {
            ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["kubernetes.io/service-name"] = "kubernetes" } },
            ["addressType"] = "IPv4",
            ["endpoints"] = new JsonArray([.. addresses.Select(address => new JsonObject
            {
                ["addresses"] = new JsonArray(address),
                ["conditions"] = new JsonObject { ["ready"] = true },
            })]),
            ["ports"] = new JsonArray(new JsonObject { ["name"] = "https", ["port"] = Port(), ["protocol"] = "TCP" }),
        };
        await PutAsync(ResourceCatalog.EndpointSlices, slice);
    }

    private int Port() => options.Gateways.Count > 0 ? options.Gateways[0].Port : 6443;

    private static JsonObject ApiLabels() => new() { ["component"] = "apiserver", ["provider"] = "kubernetes" };

    private async Task PutAsync(ResourceDescriptor resource, JsonObject document)
    {
        var key = resource.Key("default", "kubernetes");
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
