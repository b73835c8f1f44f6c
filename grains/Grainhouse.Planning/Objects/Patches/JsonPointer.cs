using System.Globalization;
using System.Text.Json.Nodes;

namespace Grainhouse.Planning.Objects.Patches;

/// <summary>JSON pointers, RFC 6901.</summary>
internal static class JsonPointer
{
    /// <summary>Splits a pointer; null if it is none.</summary>
    public static string[]? Parse(string pointer)
    {
        if (pointer.Length == 0)
        {
            return [];
        }

        if (pointer[0] != '/')
        {
            return null;
        }

        var parts = pointer[1..].Split('/');
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i].Contains('~', StringComparison.Ordinal))
            {
                parts[i] = parts[i].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
            }
        }

        return parts;
    }

    /// <summary>Follows a pointer; false if nothing is there.</summary>
    public static bool TryFind(JsonNode? root, ReadOnlySpan<string> path, out JsonNode? found)
    {
        found = root;
        foreach (var part in path)
        {
            switch (found)
            {
                case JsonObject node when node.TryGetPropertyValue(part, out var member):
                    found = member;
                    break;
                case JsonArray list when TryIndex(part, list.Count, out var index):
                    found = list[index];
                    break;
                default:
                    return false;
            }
        }

        return true;
    }

    /// <summary>An array index below <paramref name="count"/>, without leading zeros.</summary>
    public static bool TryIndex(string part, int count, out int index) =>
        int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out index) && index < count && (part.Length == 1 || part[0] != '0');
}
