using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Grainhouse.Client;

/// <summary>Learns from the server's discovery under which path a kind is served. Each group and version is asked for once.</summary>
internal sealed class ResourceFinder(Func<string, Task<JsonObject>> get)
{
    private readonly ConcurrentDictionary<(string ApiVersion, string Kind), ResourcePath> known = new();

    /// <exception cref="ApiException">The server does not serve the kind.</exception>
    public async Task<ResourcePath> FindAsync(string apiVersion, string kind)
    {
        if (known.TryGetValue((apiVersion, kind), out var found))
        {
            return found;
        }

        var root = apiVersion.Contains('/', StringComparison.Ordinal) ? $"/apis/{apiVersion}" : $"/api/{apiVersion}";
        foreach (var resource in await ResourcesAsync(root, apiVersion, kind))
        {
            var name = (string)resource["name"]!;
            if (!name.Contains('/', StringComparison.Ordinal))
            {
                known[(apiVersion, (string)resource["kind"]!)] = new ResourcePath(root, name, (bool)resource["namespaced"]!);
            }
        }

        return known.TryGetValue((apiVersion, kind), out found) ? found : throw NoMatch(apiVersion, kind);
    }

    private async Task<IEnumerable<JsonObject>> ResourcesAsync(string root, string apiVersion, string kind)
    {
        try
        {
            return ((JsonArray)(await get(root))["resources"]!).OfType<JsonObject>();
        }
        catch (ApiException error) when (error.StatusCode == 404)
        {
            throw NoMatch(apiVersion, kind);
        }
    }

    private static ApiException NoMatch(string apiVersion, string kind) =>
        new(404, "NotFound", $"no matches for kind \"{kind}\" in version \"{apiVersion}\"");
}

/// <summary>Where a kind is served.</summary>
internal sealed record ResourcePath(string Root, string Plural, bool Namespaced)
{
    public string CollectionPath(string? @namespace) =>
        Namespaced && @namespace is not null ? $"{Root}/namespaces/{Uri.EscapeDataString(@namespace)}/{Plural}" : $"{Root}/{Plural}";

    public string ObjectPath(string @namespace, string name) => $"{CollectionPath(@namespace)}/{Uri.EscapeDataString(name)}";
}
