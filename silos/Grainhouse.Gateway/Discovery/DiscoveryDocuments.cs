using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using Grainhouse.Gateway.Responses;

namespace Grainhouse.Gateway.Discovery;

/// <summary>The plain discovery documents, by path, each made when it is first asked for.</summary>
internal static class DiscoveryDocuments
{
    private static readonly FrozenDictionary<string, Lazy<byte[]>> ByPath = Paths().ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The document at a path without a slash at its end; null if there is none.</summary>
    public static byte[]? Find(string path) => ByPath.TryGetValue(path, out var document) ? document.Value : null;

    private static Dictionary<string, Lazy<byte[]>> Paths()
    {
        var paths = new Dictionary<string, Lazy<byte[]>>
        {
            [""] = Document(json =>
            {
                json.WriteStartArray("paths"u8);
                foreach (var path in RootPaths())
                {
                    json.WriteStringValue(path);
                }

                json.WriteEndArray();
            }),
            ["/api"] = Document(WriteCoreVersions),
            ["/apis"] = Document(json =>
            {
                Kind(json, "APIGroupList");
                json.WriteStartArray("groups"u8);
                foreach (var group in ApiSurface.Groups.Where(group => group.Key.Length > 0))
                {
                    json.WriteStartObject();
                    WriteGroup(json, group);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }),
        };
        foreach (var group in ApiSurface.Groups.Where(group => group.Key.Length > 0))
        {
            paths[$"/apis/{group.Key}"] = Document(json =>
            {
                Kind(json, "APIGroup");
                WriteGroup(json, group);
            });
        }

        foreach (var version in ApiSurface.All)
        {
            paths[version.Group.Length == 0 ? $"/api/{version.Version}" : $"/apis/{version.Name}"] = Document(json => WriteResources(json, version));
        }

        return paths;
    }

    private static IEnumerable<string> RootPaths() =>
        ApiSurface.All.SelectMany(version => version.Group.Length == 0
                ? new[] { "/api", $"/api/{version.Version}" }
                : ["/apis", $"/apis/{version.Group}", $"/apis/{version.Name}"])
            .Concat(["/healthz", "/livez", "/openapi/v2", "/openapi/v3", "/readyz", "/version"])
            .Distinct()
            .Order(StringComparer.Ordinal);

    private static Lazy<byte[]> Document(Action<Utf8JsonWriter> write) => new(() =>
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, JsonOutput.Options))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    });

    private static void Kind(Utf8JsonWriter json, string kind)
    {
        json.WriteString("kind"u8, kind);
        json.WriteString("apiVersion"u8, "v1"u8);
    }

    private static void WriteCoreVersions(Utf8JsonWriter json)
    {
        json.WriteString("kind"u8, "APIVersions"u8);
        json.WriteStartArray("versions"u8);
        json.WriteStringValue("v1"u8);
        json.WriteEndArray();
        json.WriteStartArray("serverAddressByClientCIDRs"u8);
        json.WriteEndArray();
    }

    private static void WriteGroup(Utf8JsonWriter json, IGrouping<string, ApiGroupVersion> group)
    {
        json.WriteString("name"u8, group.Key);
        json.WriteStartArray("versions"u8);
        foreach (var version in group)
        {
            json.WriteStartObject();
            WriteVersion(json, version);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("preferredVersion"u8);
        WriteVersion(json, group.First());
        json.WriteEndObject();
    }

    private static void WriteVersion(Utf8JsonWriter json, ApiGroupVersion version)
    {
        json.WriteString("groupVersion"u8, version.Name);
        json.WriteString("version"u8, version.Version);
    }

    private static void WriteResources(Utf8JsonWriter json, ApiGroupVersion version)
    {
        Kind(json, "APIResourceList");
        json.WriteString("groupVersion"u8, version.Name);
        json.WriteStartArray("resources"u8);
        foreach (var resource in version.Resources)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, resource.Plural);
            json.WriteString("singularName"u8, resource.Singular);
            json.WriteBoolean("namespaced"u8, resource.Namespaced);
            json.WriteString("kind"u8, resource.Kind);
            Strings(json, "verbs"u8, resource.Verbs, always: true);
            Strings(json, "shortNames"u8, resource.ShortNames);
            Strings(json, "categories"u8, resource.Categories);
            json.WriteEndObject();
            foreach (var subresource in resource.Subresources)
            {
                WriteSubresource(json, version, resource, subresource);
            }
        }

        json.WriteEndArray();
    }

    private static void WriteSubresource(Utf8JsonWriter json, ApiGroupVersion version, ApiResource resource, ApiSubresource subresource)
    {
        json.WriteStartObject();
        json.WriteString("name"u8, $"{resource.Plural}/{subresource.Name}");
        json.WriteString("singularName"u8, ""u8);
        json.WriteBoolean("namespaced"u8, resource.Namespaced);
        if (subresource.Group != version.Group || subresource.Version != version.Version)
        {
            json.WriteString("group"u8, subresource.Group);
            json.WriteString("version"u8, subresource.Version);
        }

        json.WriteString("kind"u8, subresource.Kind);
        Strings(json, "verbs"u8, subresource.Verbs, always: true);
        json.WriteEndObject();
    }

    /// <summary>Writes an array of texts, where there are any.</summary>
    internal static void Strings(Utf8JsonWriter json, ReadOnlySpan<byte> name, IReadOnlyCollection<string> values, bool always = false)
    {
        if (values.Count == 0 && !always)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
