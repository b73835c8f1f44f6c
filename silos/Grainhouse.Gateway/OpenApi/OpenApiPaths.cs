using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Grainhouse.Gateway.Discovery;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Interfaces.Schemas;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Grainhouse.Gateway.OpenApi;

/// <summary>Answers <c>/openapi/v2</c> and <c>/openapi/v3</c>. Nothing is made before it is asked for.</summary>
internal static class OpenApiPaths
{
    // Names the state of the documents: they change with the code that makes them and with the schema data, never at run time.
    private static readonly string Hash =
        (typeof(OpenApiPaths).Module.ModuleVersionId.ToString("N") + typeof(SchemaCatalog).Module.ModuleVersionId.ToString("N")).ToUpperInvariant();

    private static readonly ConcurrentDictionary<string, TaggedDocument> Made = new(StringComparer.Ordinal);

    /// <summary>Answers one path.</summary>
    public static Task AnswerAsync(HttpContext context, string path)
    {
        if (Negotiate(context.Request.Headers.Accept, protobuf: path is "/openapi/v2") is not { } contentType)
        {
            return Answer.FailureAsync(context, Refusals.NotAcceptable);
        }

        if (contentType == GnosticDocument.ContentType)
        {
            // The JSON that it is made from is not kept: who asks for one form seldom asks for the other.
            return DiscoveryPaths.TaggedAsync(
                context, Made.GetOrAdd(contentType, static _ => TaggedDocument.Of(GnosticDocument.Encode(OpenApiDocument.Version2()))), contentType);
        }

        if (path is "/openapi/v3")
        {
            return DiscoveryPaths.TaggedAsync(context, Made.GetOrAdd(path, static _ => TaggedDocument.Of(Index())), "application/json");
        }

        if (path is "/openapi/v2")
        {
            return DiscoveryPaths.TaggedAsync(context, Made.GetOrAdd(path, static _ => TaggedDocument.Of(OpenApiDocument.Version2())), "application/json");
        }

        if (Groups().FirstOrDefault(group => path == $"/openapi/v3/{Name(group)}") is not { } found)
        {
            return Answer.FailureAsync(context, Refusals.NoSuchResource);
        }

        if (context.Request.Query["hash"] == Hash)
        {
            // The address names this very content, so clients may keep it for good.
            context.Response.Headers.CacheControl = "public, immutable";
            context.Response.Headers.Expires = "Tue, 19 Jan 2038 03:14:07 GMT";
        }

        return DiscoveryPaths.TaggedAsync(
            context, Made.GetOrAdd(path, static (_, group) => TaggedDocument.Of(OpenApiDocument.Version3(group)), found), "application/json");
    }

    // The groups that store objects: the others have no operation that a document could tell.
    private static IEnumerable<ApiGroupVersion> Groups() => ApiSurface.All.Where(group => ApiOperations.Of(group.Group, group.Version).Any());

    private static string Name(ApiGroupVersion group) => group.Group.Length == 0 ? $"api/{group.Version}" : $"apis/{group.Name}";

    private static byte[] Index()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonOutput.Options))
        {
            json.WriteStartObject();
            json.WriteStartObject("paths"u8);
            foreach (var group in Groups())
            {
                json.WriteStartObject(Name(group));
                json.WriteString("serverRelativeURL"u8, $"/openapi/v3/{Name(group)}?hash={Hash}");
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // The first that is asked for and that we have: JSON, or the protobuf of version 2. Null if there is none.
    private static string? Negotiate(StringValues accept, bool protobuf)
    {
        if (StringValues.IsNullOrEmpty(accept))
        {
            return "application/json";
        }

        foreach (var clause in accept.ToString().Split(','))
        {
            var semicolon = clause.IndexOf(';', StringComparison.Ordinal);
            switch ((semicolon < 0 ? clause : clause[..semicolon]).Trim().ToLowerInvariant())
            {
                case "application/json" or "application/*" or "*/*":
                    return "application/json";
                case GnosticDocument.AskedFor or GnosticDocument.ContentType when protobuf:
                    return GnosticDocument.ContentType;
            }
        }

        return null;
    }
}
