using System.Text.Json.Nodes;

namespace Grainhouse.Cli.Readiness;

/// <summary>Reads fields that may be absent.</summary>
internal static class JsonFields
{
    public static string? Text(this JsonObject @object, params ReadOnlySpan<string> path) =>
        Find(@object, path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    public static long? Number(this JsonObject @object, params ReadOnlySpan<string> path) =>
        Find(@object, path) is JsonValue value && value.TryGetValue<long>(out var number) ? number : null;

    /// <summary>One of status.conditions.</summary>
    public static JsonObject? Condition(this JsonObject @object, string type) =>
        (@object["status"]?["conditions"] as JsonArray)?.OfType<JsonObject>().FirstOrDefault(condition => condition.Text("type") == type);

    /// <summary>Whether a pod is in the owner's namespace and has all of its spec.selector.matchLabels.</summary>
    public static bool IsSelectedBy(this JsonObject pod, JsonObject owner) =>
        pod.Text("metadata", "namespace") == owner.Text("metadata", "namespace")
        && owner["spec"]?["selector"]?["matchLabels"] is JsonObject { Count: > 0 } labels
        && labels.All(label => JsonNode.DeepEquals(pod["metadata"]?["labels"]?[label.Key], label.Value));

    /// <summary>Whether another object controls it.</summary>
    public static bool IsOwned(this JsonObject @object) => @object["metadata"]?["ownerReferences"] is JsonArray { Count: > 0 };

    private static JsonNode? Find(JsonObject @object, ReadOnlySpan<string> path)
    {
        JsonNode? node = @object;
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }
}
