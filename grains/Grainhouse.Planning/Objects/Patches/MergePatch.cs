using System.Text.Json.Nodes;

namespace Grainhouse.Planning.Objects.Patches;

/// <summary>JSON merge patch, RFC 7386: objects merge, null deletes, all else replaces.</summary>
internal static class MergePatch
{
    /// <summary>Applies a patch. <paramref name="target"/> is changed in place where it can be.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var merged = target as JsonObject ?? [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                merged.Remove(name);
                continue;
            }

            var before = merged[name];
            var after = Apply(before, value);
            if (!ReferenceEquals(before, after))
            {
                merged[name] = after;
            }
        }

        return merged;
    }
}
