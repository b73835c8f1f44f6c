using System.Text.Json.Nodes;

namespace Grainhouse.Planning.Objects.Json;

/// <summary>Reads of a document tree that answer null where the document has nothing, or something else.</summary>
internal static class JsonAccess
{
    public static string? Text(this JsonObject? node, string name) => node?[name].Text();

    public static string? Text(this JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;

    public static long? Number(this JsonObject? node, string name) => node?[name].Number();

    /// <summary>A whole number, also of a tree that was built in code with plain ints.</summary>
    public static long? Number(this JsonNode? node) => node is not JsonValue value
        ? null
        : value.TryGetValue(out long number) ? number : value.TryGetValue(out int small) ? small : null;

    public static bool? Flag(this JsonObject? node, string name) =>
        node?[name] is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    public static JsonObject? Object(this JsonObject? node, string name) => node?[name] as JsonObject;

    public static JsonArray? List(this JsonObject? node, string name) => node?[name] as JsonArray;

    public static bool Has(this JsonObject? node, string name) => node?[name] is not null;

    /// <summary>The object at <paramref name="name"/>, put there if there is none.</summary>
    public static JsonObject Ensure(this JsonObject node, string name)
    {
        if (node[name] is JsonObject there)
        {
            return there;
        }

        var made = new JsonObject();
        node[name] = made;
        return made;
    }

    public static void Default(this JsonObject node, string name, string value)
    {
        if (node[name] is null)
        {
            node[name] = value;
        }
    }

    public static void Default(this JsonObject node, string name, long value)
    {
        if (node[name] is null)
        {
            node[name] = value;
        }
    }

    public static void Default(this JsonObject node, string name, bool value)
    {
        if (node[name] is null)
        {
            node[name] = value;
        }
    }

    /// <summary>Copies or removes, so that <paramref name="node"/> has at <paramref name="name"/> what <paramref name="from"/> has.</summary>
    public static void TakeFrom(this JsonObject node, JsonObject? from, string name)
    {
        if (from?[name] is { } value)
        {
            node[name] = value.DeepClone();
        }
        else
        {
            node.Remove(name);
        }
    }
}
