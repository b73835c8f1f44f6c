using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;
using Grainhouse.Gateway.Responses;
using Microsoft.Extensions.Primitives;

namespace Grainhouse.Gateway.Discovery;

/// <summary>A document with its entity tag.</summary>
/// <param name="Body">The document.</param>
/// <param name="ETag">Quoted, as the header has it.</param>
internal sealed record TaggedDocument(byte[] Body, string ETag)
{
    /// <summary>Tags a document by its content.</summary>
    public static TaggedDocument Of(byte[] body) => new(body, $"\"{Convert.ToHexString(SHA512.HashData(body)[..32])}\"");
}

/// <summary>apidiscovery.k8s.io APIGroupDiscoveryList: all groups of <c>/api</c> or <c>/apis</c> in one answer.</summary>
internal static class AggregatedDiscovery
{
    private static readonly Lazy<TaggedDocument> CoreV2 = new(() => Make(true, "v2"));
    private static readonly Lazy<TaggedDocument> GroupsV2 = new(() => Make(false, "v2"));
    private static readonly Lazy<TaggedDocument> CoreV2Beta1 = new(() => Make(true, "v2beta1"));
    private static readonly Lazy<TaggedDocument> GroupsV2Beta1 = new(() => Make(false, "v2beta1"));

    /// <summary>The version that a client prefers; null if it wants the plain documents.</summary>
    public static string? Negotiate(StringValues accept)
    {
        foreach (var header in accept)
        {
            foreach (var clause in (header ?? "").Split(','))
            {
                if (!clause.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal))
                {
                    if (clause.AsSpan().Trim() is "application/json")
                    {
                        return null;
                    }

                    continue;
                }

                if (clause.Contains("application/json", StringComparison.OrdinalIgnoreCase) && clause.Contains("g=apidiscovery.k8s.io", StringComparison.Ordinal))
                {
                    var parameters = clause.Split(';').Select(parameter => parameter.Trim()).ToArray();
                    if (parameters.Contains("v=v2"))
                    {
                        return "v2";
                    }

                    if (parameters.Contains("v=v2beta1"))
                    {
                        return "v2beta1";
                    }
                }
            }
        }

        return null;
    }

    /// <summary>The document for <c>/api</c> (core) or <c>/apis</c>.</summary>
    public static TaggedDocument Get(bool core, string version) => (core, version) switch
    {
        (true, "v2") => CoreV2.Value,
        (false, "v2") => GroupsV2.Value,
        (true, _) => CoreV2Beta1.Value,
        (false, _) => GroupsV2Beta1.Value,
    };

    /// <summary>The content type of a version; clients look for these parameters.</summary>
    public static string ContentType(string version) => $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList";

    private static TaggedDocument Make(bool core, string version)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonOutput.Options))
        {
            json.WriteStartObject();
            json.WriteString("kind"u8, "APIGroupDiscoveryList"u8);
            json.WriteString("apiVersion"u8, $"apidiscovery.k8s.io/{version}");
            json.WriteStartObject("metadata"u8);
            json.WriteEndObject();
            json.WriteStartArray("items"u8);
            foreach (var group in ApiSurface.Groups.Where(group => group.Key.Length == 0 == core))
            {
                WriteGroup(json, group);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return TaggedDocument.Of(buffer.WrittenSpan.ToArray());
    }

    private static void WriteGroup(Utf8JsonWriter json, IGrouping<string, ApiGroupVersion> group)
    {
        json.WriteStartObject();
        json.WriteStartObject("metadata"u8);
        if (group.Key.Length > 0)
        {
            json.WriteString("name"u8, group.Key);
        }

        json.WriteNull("creationTimestamp"u8);
        json.WriteEndObject();
        json.WriteStartArray("versions"u8);
        foreach (var version in group)
        {
            json.WriteStartObject();
            json.WriteString("version"u8, version.Version);
            json.WriteStartArray("resources"u8);
            foreach (var resource in version.Resources)
            {
                WriteResource(json, version, resource);
            }

            json.WriteEndArray();
            json.WriteString("freshness"u8, "Current"u8);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter json, ApiGroupVersion group, ApiResource resource)
    {
        json.WriteStartObject();
        json.WriteString("resource"u8, resource.Plural);
        ResponseKind(json, group.Group, group.Version, resource.Kind);
        json.WriteString("scope"u8, resource.Namespaced ? "Namespaced"u8 : "Cluster"u8);
        json.WriteString("singularResource"u8, resource.Singular);
        DiscoveryDocuments.Strings(json, "verbs"u8, resource.Verbs, always: true);
        DiscoveryDocuments.Strings(json, "shortNames"u8, resource.ShortNames);
        DiscoveryDocuments.Strings(json, "categories"u8, resource.Categories);
        if (resource.Subresources.Length > 0)
        {
            json.WriteStartArray("subresources"u8);
            foreach (var subresource in resource.Subresources)
            {
                json.WriteStartObject();
                json.WriteString("subresource"u8, subresource.Name);
                ResponseKind(json, subresource.Group, subresource.Version, subresource.Kind);
                DiscoveryDocuments.Strings(json, "verbs"u8, subresource.Verbs, always: true);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private static void ResponseKind(Utf8JsonWriter json, string group, string version, string kind)
    {
        json.WriteStartObject("responseKind"u8);
        json.WriteString("group"u8, group);
        json.WriteString("version"u8, version);
        json.WriteString("kind"u8, kind);
        json.WriteEndObject();
    }
}
