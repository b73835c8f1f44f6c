using Grainhouse.Gateway.OpenApi;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Discovery;

/// <summary>Answers the paths that tell what is served.</summary>
internal static class DiscoveryPaths
{
    /// <summary>Answers a path that names no resource.</summary>
    public static Task AnswerAsync(HttpContext context, string path)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
        {
            return Answer.FailureAsync(context, DiscoveryDocuments.Find(path) is null ? Refusals.NoSuchResource : Refusals.MethodNotAllowed);
        }

        if (path is "/version")
        {
            return Answer.JsonAsync(context, 200, ServerVersion.Document);
        }

        if (path is "/api" or "/apis" && AggregatedDiscovery.Negotiate(context.Request.Headers.Accept) is { } version)
        {
            return TaggedAsync(context, AggregatedDiscovery.Get(path is "/api", version), AggregatedDiscovery.ContentType(version));
        }

        if (path.StartsWith("/openapi/", StringComparison.Ordinal))
        {
            return OpenApiPaths.AnswerAsync(context, path);
        }

        return DiscoveryDocuments.Find(path) is { } document
            ? Answer.DocumentAsync(context, 200, document, static (output, json) => System.Buffers.BuffersExtensions.Write(output, json))
            : Answer.FailureAsync(context, Refusals.NoSuchResource);
    }

    /// <summary>Answers with a document that clients may keep as long as its tag stands.</summary>
    internal static Task TaggedAsync(HttpContext context, TaggedDocument document, string contentType)
    {
        context.Response.Headers.ETag = document.ETag;
        context.Response.Headers.Vary = "Accept";
        if (context.Request.Headers.IfNoneMatch.ToString() == document.ETag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        return Answer.JsonAsync(context, 200, document.Body, contentType);
    }
}
