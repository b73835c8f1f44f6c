using System.Text.Json.Nodes;

namespace Grainhouse.Planning.Documents;

/// <summary>Changes members of document trees.</summary>
public static class JsonWrite
{
    /// <summary>A member that is an object, made if it is absent.</summary>
    public static JsonObject Child(this JsonObject node, string name)
    {
        if (node[name] is JsonObject child)
        {
            return child;
        }

        var made = new JsonObject();
        node[name] = made;
        return made;
    }

    /// <summary>Sets a member unless it is there.</summary>
    public static void Default(this JsonObject node, string name, string value)
    {
        if (node[name] is null)
        {
            node[name] = value;
        }
    }

    /// <summary>Sets a member unless it is there.</summary>
    public static void Default(this JsonObject node, string name, long value)
    {
        if (node[name] is null)
        {
            node[name] = value;
        }
    }

    /// <summary>Sets a member unless it is there.</summary>
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

    /// <summary>Sets a number, or leaves the member out when it is 0, as Go's <c>omitempty</c> does.</summary>
    public static void SetOrOmit(this JsonObject node, string name, long value)
    {
        if (value == 0)
        {
            node.Remove(name);
        }
        else
        {
            node[name] = value;
        }
    }

    /// <summary>Sets an array, or leaves the member out when it is empty.</summary>
    public static void SetOrOmit(this JsonObject node, string name, JsonArray value)
    {
        if (value.Count == 0)
        {
            node.Remove(name);
        }
        else
        {
            node[name] = value;
        }
    }

    /// <summary>An object of strings.</summary>
    public static JsonObject ToJson(this IEnumerable<KeyValuePair<string, string>> map)
    {
        var node = new JsonObject();
        foreach (var (key, value) in map)
        {
            node[key] = value;
        }

        return node;
    }
}
