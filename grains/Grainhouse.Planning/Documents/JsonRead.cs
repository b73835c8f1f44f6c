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

    /// <summary>The items of a member that is an array, with their places; items that are no objects are passed over.</summary>
    public static IEnumerable<(int Index, JsonObject Item)> Items(this JsonObject? node, string name)
    {
        var list = node.Array(name);
        for (var i = 0; i < (list?.Count ?? 0); i++)
        {
            if (list![i] is JsonObject item)
            {
                yield return (i, item);
            }
        }
    }

    /// <summary>The texts of a member that is an array, with their places; items that are no texts read as empty.</summary>
    public static IEnumerable<(int Index, string Text)> Texts(this JsonObject? node, string name)
    {
        var list = node.Array(name);
        for (var i = 0; i < (list?.Count ?? 0); i++)
        {
            yield return (i, list![i].Text() ?? "");
        }
    }

    /// <summary>A member that is a string; null if absent.</summary>
    public static string? Text(this JsonObject? node, string name) =>
        node is not null && node.TryGetPropertyValue(name, out var value) ? value.Text() : null;

    /// <summary>The string that a node is; null if it is none.</summary>
    public static string? Text(this JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    /// <summary>A member that is a whole number; null if absent.</summary>
    public static long? Number(this JsonObject? node, string name) =>
        node is not null && node.TryGetPropertyValue(name, out var value) ? value.Number() : null;

    /// <summary>The whole number that a node is, also in a tree that was built in code with plain ints; null if it is none.</summary>
    public static long? Number(this JsonNode? node) => node is not JsonValue value
        ? null
        : value.TryGetValue(out long wide) ? wide : value.TryGetValue(out int narrow) ? narrow : null;

    /// <summary>A member that is a whole number of an int's size, with a default.</summary>
    public static int Int(this JsonObject? node, string name, int otherwise = 0) =>
        node.Number(name) is { } value ? (int)Math.Clamp(value, int.MinValue, int.MaxValue) : otherwise;

    /// <summary>Whether a member is <c>true</c>.</summary>
    public static bool Flag(this JsonObject? node, string name) =>
        node is not null && node.TryGetPropertyValue(name, out var value) && value?.GetValueKind() == JsonValueKind.True;

    /// <summary>Whether a member is <c>false</c>; one that is absent is not.</summary>
    public static bool IsFalse(this JsonObject? node, string name) =>
        node is not null && node.TryGetPropertyValue(name, out var value) && value?.GetValueKind() == JsonValueKind.False;

    /// <summary>Whether a member is there and not null.</summary>
    public static bool Has(this JsonObject? node, string name) => node?[name] is not null;

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
