using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>Puts what is applied into what is there. After structured-merge-diff's <c>TypedValue.Merge</c>.</summary>
internal static class TreeMerge
{
    /// <summary>The merged document, a tree of its own.</summary>
    public static JsonObject Merge(JsonObject live, JsonObject config, ResourceDescriptor resource)
    {
        var merged = (JsonObject)live.DeepClone();
        MergeMembers(merged, config, FieldType.Of(SchemaCatalog.For(resource)));
        return merged;
    }

    private static void MergeMembers(JsonObject target, JsonObject config, FieldType type)
    {
        foreach (var (name, value) in config)
        {
            var member = type.Member(type.Property(name));
            switch (member.ShapeFor(value), target[name], value)
            {
                case (FieldShape.Members, JsonObject there, JsonObject given):
                    MergeMembers(there, given, member);
                    break;
                case (FieldShape.Set or FieldShape.Keyed, JsonArray there, JsonArray given):
                    target[name] = MergeItems(there, given, member);
                    break;
                default:
                    target[name] = value?.DeepClone();
                    break;
            }
        }
    }

    /// <summary>
    /// Items of both in an order that keeps that of the applied ones, and that of the others as far as it does not stand against it.
    /// </summary>
    private static JsonArray MergeItems(JsonArray live, JsonArray config, FieldType type)
    {
        var left = Elements(live, type);
        var right = Elements(config, type);
        var there = ItemComparison.Index(live, type);
        var given = ItemComparison.Index(config, type);
        var shared = new Queue<string>(right.Where(there.ContainsKey));
        var merged = new JsonArray();
        var taken = new HashSet<string>(StringComparer.Ordinal);
        int l = 0, r = 0;
        while (l < left.Count || r < right.Count)
        {
            if (l < left.Count && r < right.Count && left[l] != right[r] && given.ContainsKey(left[l])
                && shared.TryPeek(out var next) && next != left[l])
            {
                // It is applied too, and stands further on there.
                l++;
            }
            else if (l < left.Count && (r == right.Count || left[l] != right[r]) && !given.ContainsKey(left[l]))
            {
                merged.Add(live[l++]!.DeepClone());
            }
            else
            {
                var same = l < left.Count && r < right.Count && left[l] == right[r];
                l += same || (l < left.Count && taken.Contains(left[l])) ? 1 : 0;
                if (r < right.Count)
                {
                    var element = right[r++];
                    taken.Add(element);
                    merged.Add(MergeItem(there.GetValueOrDefault(element), given[element], type.Item));
                    if (shared.TryPeek(out var expected) && expected == element)
                    {
                        shared.Dequeue();
                    }
                }
            }
        }

        return merged;
    }

    private static JsonNode MergeItem(JsonNode? live, JsonNode config, FieldType item)
    {
        if (live is not JsonObject there || config is not JsonObject given || item.ShapeFor(config) != FieldShape.Members)
        {
            return config.DeepClone();
        }

        var merged = (JsonObject)there.DeepClone();
        MergeMembers(merged, given, item);
        return merged;
    }

    private static List<string> Elements(JsonArray items, FieldType type) => [.. items.Select((item, place) => type.Element(item) ?? $"i:{place}")];
}
