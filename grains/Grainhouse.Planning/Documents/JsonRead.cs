using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grainhouse.Planning.Documents;

/// <summary>Reads members of document trees. A member of another type than asked for reads as absent.</summary>
public static class JsonRead
{
    /// <summary>A member that is an object; null if absent.</summary>
    public static JsonObject? Object(this JsonObject? node, string name) =>
        node is not null && node.TryGetPropertyValue(name, out var value) ? value as JsonObject : null;

    /// <summary>A member that is an array; null if absent.</summary>
    public static JsonArray? Array(this JsonObject? node, string name) =>
        node is not null && node.TryGetPropertyValue(name, out var value) ? value as JsonArray : null;

    /// <summary>A member that is a string; null if absent.</summary>
    public static string? Text(this JsonObject? node, string name) =>
        node is not null && node.TryGetPropertyValue(name, out var value) && value is JsonValue text && text.TryGetValue(out string? found) ? found : null;

    /// <summary>A member that is a whole number; null if absent.</summary>
    public static long? Number(this JsonObject? node, string name)
    {
        if (node is null || !node.TryGetPropertyValue(name, out var value) || value is not JsonValue number || number.GetValueKind() != JsonValueKind.Number)
        {
            return null;
        }

        return number.TryGetValue(out long wide) ? wide : number.TryGetValue(out int narrow) ? narrow : null;
    }

    /// <summary>A member that is a whole number of an int's size, with a default.</summary>
    public static int Int(this JsonObject? node, string name, int otherwise = 0) =>
        node.Number(name) is { } value ? (int)Math.Clamp(value, int.MinValue, int.MaxValue) : otherwise;

    /// <summary>Whether a member is <c>true</c>.</summary>
    public static bool Flag(this JsonObject? node, string name) =>
        node is not null && node.TryGetPropertyValue(name, out var value) && value?.GetValueKind() == JsonValueKind.True;

    /// <summary>A member that is a time; null if absent.</summary>
    public static DateTimeOffset? Time(this JsonObject? node, string name) => Timestamps.Parse(node.Text(name));

    /// <summary>A member that is an object of strings; empty if absent.</summary>
    public static Dictionary<string, string> Map(this JsonObject? node, string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        if (node.Object(name) is { } members)
        {
            foreach (var (key, value) in members)
            {
                if (value is JsonValue text && text.TryGetValue(out string? found))
                {
                    map[key] = found;
                }
            }
        }

        return map;
    }
}
