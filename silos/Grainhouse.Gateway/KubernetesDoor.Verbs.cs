using Grainhouse.Gateway.Metrics;
using Grainhouse.Gateway.Proxy;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Security;
using Grainhouse.Gateway.Streams;
using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway;

/// <content>What a request is, by its method and path.</content>
internal sealed partial class KubernetesDoor
{
    private static void Note(RequestRecord record, RequestPath path, string verb, string method)
    {
        record.Verb = ApiMetrics.VerbOf(verb, method);
        record.Group = path.Group;
        record.Version = path.Version;
        record.Resource = path.Resource;
        record.Subresource = path.Subresource;
        record.Scope = path.Name.Length > 0 ? "resource" : path.Namespace is not null ? "namespace" : "cluster";
    }

    // A review is asked by POST and changes nothing.
    private static bool Writes(HttpRequest request, string path) =>
        !HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method)
        && !path.StartsWith("/apis/authorization.k8s.io/", StringComparison.Ordinal) && !path.StartsWith("/apis/authentication.k8s.io/", StringComparison.Ordinal);

    // What goes on for as long as the client likes: it has no deadline, and no seat once it has begun.
    private static bool IsStream(string subresource) => subresource is "log" or ProxyVerb.Subresource || StreamVerbs.Has(subresource);

    // A namespaced object is not reached without its namespace, a cluster-scoped one not through one.
    private static bool Exists(RequestPath path, ResourceDescriptor resource) =>
        (resource.Namespaced || path.Namespace is null)
        && (!resource.Namespaced || path.Namespace is not null || path.Name.Length == 0)
        && (path.Subresource.Length == 0 || resource.Subresources.Contains(path.Subresource));

    private static string? VerbOf(string method, bool collection, bool watch, RequestPath path)
    {
        if (watch)
        {
            return "watch";
        }

        if (path.Subresource == ProxyVerb.Subresource)
        {
            return ProxyVerb.VerbOf(method);
        }

        // What can be done with a subresource: the same words as discovery has.
        var only = path.Subresource switch
        {
            "binding" or "eviction" => "create",
            "log" => "get",
            "finalize" => "update",
            var stream when StreamVerbs.Has(stream) => method == "POST" ? "create" : "get",
            _ => "",
        };
        var verb = method switch
        {
            "GET" or "HEAD" => collection ? "list" : "get",
            "POST" when (collection && (path.Namespace is not null || !IsNamespaced(path))) || only == "create" => "create",
            "PUT" when !collection => "update",
            "PATCH" when !collection && only.Length == 0 => "patch",
            "DELETE" when collection => path.Namespace is not null || !IsNamespaced(path) ? "deletecollection" : null,
            "DELETE" when path.Subresource.Length == 0 => "delete",
            _ => null,
        };
        return only.Length == 0 || verb == only ? verb : null;
    }

    private static bool IsNamespaced(RequestPath path) => ResourceCatalog.FindPath(path.Group, path.Version, path.Resource) is { Namespaced: true };

    private static AccessAttributes Attributes(RequestPath path, string verb) => new(verb)
    {
        Group = path.Group,
        Resource = path.Resource,
        Subresource = path.Subresource,
        Namespace = path.Namespace ?? "",
        Name = path.Name,
    };
}
