using System.Text.Json.Nodes;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>Compares lists whose items have path elements: sets, and lists of objects with keys.</summary>
internal static class ItemComparison
{
    public static FieldChanges Compare(JsonArray before, JsonArray after, FieldType type)
    {
        var old = Index(before, type);
        var now = Index(after, type);
        var found = new FieldComparison.Found();
        foreach (var (element, item) in now)
        {
            old.TryGetValue(element, out var there);
            found.Add(element, CompareOne(there, item, type.Item));
        }

        foreach (var (element, item) in old)
        {
            if (!now.ContainsKey(element))
            {
                found.Add(element, CompareOne(item, null, type.Item));
            }
        }

        return found.Result(false, false);
    }

    /// <summary>The items by their path element. Items that share one are gathered in an array, and are owned as a whole.</summary>
    public static Dictionary<string, JsonNode> Index(JsonArray items, FieldType type)
    {
        var index = new Dictionary<string, JsonNode>(items.Count, StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i] is not { } item)
            {
                continue;
            }

            var element = type.Element(item) ?? $"i:{i}";
            if (index.TryAdd(element, item))
            {
                continue;
            }

            // Only an array that was gathered here is nobody's child.
            if (index[element] is JsonArray { Parent: null } gathered)
            {
                gathered.Add(item.DeepClone());
            }
            else
            {
                index[element] = new JsonArray(index[element].DeepClone(), item.DeepClone());
            }
        }

        return index;
    }

    private static FieldChanges CompareOne(JsonNode? before, JsonNode? after, FieldType item)
    {
        if (before is not JsonArray && after is not JsonArray)
        {
            return FieldComparison.CompareItems(before, after, item);
        }

        // Several items under one element, before or after.
        return JsonTree.Equal(before, after) ? FieldChanges.None
            : after is null ? new(FieldSet.Empty, FieldSet.Leaf)
            : new(FieldSet.Leaf, FieldSet.Empty);
    }
}
