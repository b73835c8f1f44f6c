using Grainhouse.Gateway.Proxy;
using System.Collections.Immutable;
using Grainhouse.Gateway.Discovery;
using Grainhouse.Gateway.Streams;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.OpenApi;

/// <summary>One operation of the API, as OpenAPI lists it.</summary>
/// <param name="Method">get, post, put, patch or delete.</param>
/// <param name="Action">get, list, post, put, patch, delete, deletecollection, connect.</param>
/// <param name="Group">The group of the body's kind.</param>
/// <param name="Version">The version of the body's kind.</param>
/// <param name="Kind">The body's kind.</param>
/// <param name="Schema">The schema of the answer.</param>
internal sealed record ApiOperation(string Method, string Action, string Group, string Version, string Kind, string Schema);

/// <summary>A path and what can be done there.</summary>
internal sealed record ApiPath(string Path, ImmutableArray<string> Parameters, ImmutableArray<ApiOperation> Operations);

/// <summary>Lists the operations of a group and version.</summary>
internal static class ApiOperations
{
    private const string StatusSchema = "io.k8s.apimachinery.pkg.apis.meta.v1.Status";

    /// <summary>All paths of a group and version.</summary>
    public static IEnumerable<ApiPath> Of(string group, string version)
    {
        var root = group.Length == 0 ? $"/api/{version}" : $"/apis/{group}/{version}";
        return ResourceCatalog.Served
            .Where(resource => resource.Group == group && resource.Version == version && resource.Schema.Length > 0)
            .SelectMany(resource => Of(root, resource));
    }

    private static IEnumerable<ApiPath> Of(string root, ResourceDescriptor resource)
    {
        var @base = resource.Namespaced ? $"{root}/namespaces/{{namespace}}/{resource.Plural}" : $"{root}/{resource.Plural}";
        ImmutableArray<string> scope = resource.Namespaced ? ["namespace"] : [];
        if (resource.Namespaced)
        {
            yield return new ApiPath($"{root}/{resource.Plural}", [], Operations(resource, ("list", "get", "list")));
        }

        yield return new ApiPath(
            @base, scope, Operations(resource, ("list", "get", "list"), ("create", "post", "post"), ("deletecollection", "delete", "deletecollection")));
        yield return new ApiPath(
            @base + "/{name}",
            scope.Add("name"),
            Operations(resource, ("get", "get", "get"), ("update", "put", "put"), ("patch", "patch", "patch"), ("delete", "delete", "delete")));

        // What is connected to answers with bytes, which no schema tells anything about.
        foreach (var subresource in ApiSurface.SubresourcesOf(resource).Where(known => !StreamVerbs.Has(known.Name) && known.Name != ProxyVerb.Subresource))
        {
            var schema = subresource.Kind switch
            {
                "Scale" => "io.k8s.api.autoscaling.v1.Scale",
                "Eviction" => "io.k8s.api.policy.v1.Eviction",
                "Binding" => "io.k8s.api.core.v1.Binding",
                _ => resource.Schema,
            };
            yield return new ApiPath($"{@base}/{{name}}/{subresource.Name}", scope.Add("name"),
            [
                .. subresource.Verbs.Select(verb =>
                {
                    var method = verb switch { "create" => "post", "update" => "put", _ => verb };
                    return new ApiOperation(method, method, subresource.Group, subresource.Version, subresource.Kind, schema);
                }),
            ]);
        }
    }

    private static ImmutableArray<ApiOperation> Operations(ResourceDescriptor resource, params (string Verb, string Method, string Action)[] operations) =>
    [
        .. operations.Where(operation => resource.Verbs.Contains(operation.Verb)).Select(operation =>
        {
            var schema = operation.Verb switch { "list" => resource.Schema + "List", "delete" or "deletecollection" => StatusSchema, _ => resource.Schema };
            return new ApiOperation(operation.Method, operation.Action, resource.Group, resource.Version, resource.Kind, schema);
        }),
    ];
}
