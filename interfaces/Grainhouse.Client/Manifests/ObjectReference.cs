using System.Text.Json.Nodes;

namespace Grainhouse.Client;

/// <summary>Names one object as a manifest does.</summary>
/// <param name="ApiVersion">As in <c>apps/v1</c>.</param>
/// <param name="Kind">As in <c>Deployment</c>.</param>
/// <param name="Namespace">The namespace; ignored for kinds that have none.</param>
/// <param name="Name">The name.</param>
public sealed record ObjectReference(string ApiVersion, string Kind, string Namespace, string Name)
{
    /// <summary>The namespace of objects whose manifest names none.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>What a manifest names.</summary>
    /// <exception cref="ManifestException">It lacks apiVersion, kind or metadata.name.</exception>
    public static ObjectReference Of(JsonObject manifest) => new(
        Required(manifest, "apiVersion", manifest["apiVersion"]),
        Required(manifest, "kind", manifest["kind"]),
        Text(manifest["metadata"] is JsonObject metadata ? metadata["namespace"] : null) ?? DefaultNamespace,
        Required(manifest, "metadata.name", (manifest["metadata"] as JsonObject)?["name"]));

    /// <summary>As kubectl prints it: <c>deployment.apps/web</c>.</summary>
    public override string ToString()
    {
        var slash = ApiVersion.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? $"{Kind.ToLowerInvariant()}/{Name}" : $"{Kind.ToLowerInvariant()}.{ApiVersion[..slash]}/{Name}";
    }

    private static string Required(JsonObject manifest, string field, JsonNode? value) =>
        Text(value) ?? throw new ManifestException($"a {Text(manifest["kind"]) ?? "document"} has no {field}");

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) && text.Length > 0 ? text : null;
}
