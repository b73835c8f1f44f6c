using Grainhouse.Gateway.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grainhouse.Gateway.Proxy;

/// <summary>Any method on <c>pods|services|nodes/NAME/proxy/PATH</c>: passed on to the server that the object has.</summary>
internal sealed class ProxyVerb(ProxyTargets targets, ProxyForwarder forwarder, NodePages nodes)
{
    /// <summary>The subresource.</summary>
    public const string Subresource = "proxy";

    /// <summary>The verb that must be allowed for a method; null for a method that is not passed on.</summary>
    public static string? VerbOf(string method) => method switch
    {
        "GET" or "HEAD" or "OPTIONS" => "get",
        "POST" => "create",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => null,
    };

    /// <summary>Passes a request on; returns when its answer has been.</summary>
    /// <exception cref="RequestRefusedException">There is no such object or port, or its server cannot be reached (503).</exception>
    public async Task ForwardAsync(ResourceRequest request)
    {
        var (prefix, path) = Split(request);
        var kind = request.Resource.Singular;
        var name = ProxyName.Parse(request.Name, kind);
        if (path.Length == 0 && HttpMethods.IsGet(request.Http.Request.Method))
        {
            // As upstream: else what a page names by relative paths would be looked for beside it.
            request.Http.Response.StatusCode = StatusCodes.Status301MovedPermanently;
            request.Http.Response.Headers.Location = $"{prefix}/{request.Http.Request.QueryString}";
            return;
        }

        if (kind == "node" && NodePages.IsAgents(name.Port))
        {
            await nodes.AnswerAsync(request, name.Name, path);
            return;
        }

        var target = kind switch
        {
            "pod" => await targets.OfPodAsync(request.Namespace!, name, request.Aborted),
            "service" => await targets.OfServiceAsync(request.Namespace!, name, request.Aborted),
            _ => await targets.OfNodeAsync(name, request.Aborted),
        };
        await forwarder.ForwardAsync(request.Http, target, prefix, path.Length == 0 ? "/" : path);
    }

    // By the path as it was sent: the server behind may tell %2F from a slash.
    private static (string Prefix, string Path) Split(ResourceRequest request)
    {
        var raw = request.Http.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var path = raw.StartsWith('/') ? raw : new Uri(raw).PathAndQuery;
        var query = path.IndexOf('?', StringComparison.Ordinal);
        path = query < 0 ? path : path[..query];

        // /api/v1/namespaces/NAMESPACE/pods/NAME/proxy, or /api/v1/nodes/NAME/proxy.
        var left = request.Namespace is null ? 5 : 7;
        var end = 0;
        while (left-- > 0)
        {
            end = path.IndexOf('/', end + 1) is >= 0 and var next ? next : path.Length;
        }

        return (path[..end], path[end..]);
    }
}
