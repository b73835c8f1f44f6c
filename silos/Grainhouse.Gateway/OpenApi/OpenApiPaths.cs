using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Grainhouse.Gateway.Discovery;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Interfaces.Schemas;
using Microsoft.AspNetCore.Http;

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
        if (!AcceptsJson(context.Request))
        {
            return Answer.FailureAsync(context, Refusals.NotAcceptable);
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

    // Old clients take only protobuf here; they are told so instead of being sent what they cannot read.
    private static bool AcceptsJson(HttpRequest request)
    {
        var accept = request.Headers.Accept.ToString();
        return accept.Length == 0 || accept.Contains("application/json", StringComparison.OrdinalIgnoreCase) || accept.Contains("*/*", StringComparison.Ordinal);
    }
}
