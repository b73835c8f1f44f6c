using System.Text.Json;

namespace Grainhouse.Planning.Scheduling;

/// <summary>Reads documents that may lack any part.</summary>
internal static class Json
{
    public static JsonElement Child(JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var child) ? child : default;

    public static string Text(JsonElement parent, string name)
    {
        var child = Child(parent, name);
        return child.ValueKind == JsonValueKind.String ? child.GetString()! : "";
    }

    public static bool True(JsonElement parent, string name) => Child(parent, name).ValueKind == JsonValueKind.True;

    public static int Number(JsonElement parent, string name)
    {
        var child = Child(parent, name);
        return child.ValueKind == JsonValueKind.Number && child.TryGetInt32(out var number) ? number : 0;
    }

    public static JsonElement.ArrayEnumerator Items(JsonElement parent, string name)
    {
        var child = Child(parent, name);
        return child.ValueKind == JsonValueKind.Array ? child.EnumerateArray() : default;
    }

    public static IEnumerable<string> Texts(JsonElement parent, string name)
    {
        foreach (var item in Items(parent, name))
        {
            if (item.ValueKind == JsonValueKind.String)
            {
                yield return item.GetString()!;
            }
        }
    }

    public static Dictionary<string, string> Map(JsonElement parent, string name)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        var child = Child(parent, name);
        if (child.ValueKind == JsonValueKind.Object)
        {
            foreach (var entry in child.EnumerateObject())
            {
                map[entry.Name] = entry.Value.ValueKind == JsonValueKind.String ? entry.Value.GetString()! : "";
            }
        }

        return map;
    }
}
