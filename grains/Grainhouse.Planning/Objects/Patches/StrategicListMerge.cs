using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Schemas;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Patches;

/// <summary>Merges lists: objects by their merge key, plain values as a set; then puts them in upstream's order.</summary>
internal static class StrategicListMerge
{
    /// <summary>Merges <paramref name="patch"/>, which is used up, into <paramref name="original"/>, which is used up too.</summary>
    /// <param name="original">The list that is there; null for none.</param>
    /// <param name="patch">The changes.</param>
    /// <param name="property">The list's field.</param>
    /// <param name="order">What <c>$setElementOrder</c> says; null if the patch says nothing, and its own order counts.</param>
    public static JsonArray Merge(JsonArray? original, JsonArray patch, SchemaProperty property, JsonArray? order = null)
    {
        var key = property.MergeKey;
        var server = Detach(original);
        var changes = Detach(patch);
        var serverOrder = server.Select(item => Identity(item, key)).ToList();
        if (key.Length > 0 && TakeSpecial(server, changes, key))
        {
            server.Clear();
            serverOrder.Clear();
        }

        var patchOrder = order is null
            ? changes.Select(item => Identity(item, key)).ToList()
            : order.Select(item => Identity(item, key)).ToList();
        foreach (var change in changes)
        {
            MergeItem(server, change, property);
        }

        return Order(server, key, patchOrder, serverOrder);
    }

    private static void MergeItem(List<JsonNode?> server, JsonNode? change, SchemaProperty property)
    {
        var key = property.MergeKey;
        if (key.Length == 0)
        {
            if (!server.Exists(item => JsonTree.Equal(item, change)))
            {
                server.Add(change);
            }

            return;
        }

        if (change is not JsonObject item)
        {
            throw new PatchFormatException($"cannot merge a list of objects with {change?.ToJsonString() ?? "null"}");
        }

        if (!item.ContainsKey(key))
        {
            throw new PatchFormatException($"map: {item.ToJsonString()} does not contain declared merge key: {key}");
        }

        var schema = StrategicMergePatch.DefinitionOf(property);
        var at = Find(server, item[key], key);
        if (at < 0)
        {
            server.Add(StrategicMergePatch.MergeObject([], item, schema));
        }
        else
        {
            server[at] = StrategicMergePatch.MergeObject((JsonObject)server[at]!, item, schema);
        }
    }

    /// <summary>Does what items with <c>$patch</c> ask for and takes them out; true if the patch replaces the list.</summary>
    private static bool TakeSpecial(List<JsonNode?> server, List<JsonNode?> changes, string key)
    {
        var replace = false;
        for (var i = 0; i < changes.Count; i++)
        {
            if (changes[i] is not JsonObject item || !item.ContainsKey("$patch"))
            {
                continue;
            }

            switch (item.Text("$patch"))
            {
                case "replace":
                    replace = true;
                    changes.RemoveAt(i--);
                    break;
                case "delete":
                    if (!item.ContainsKey(key))
                    {
                        throw new PatchFormatException($"delete patch type with no merge key defined: {item.ToJsonString()}");
                    }

                    var at = Find(server, item[key], key);
                    if (at >= 0)
                    {
                        server.RemoveAt(at);
                    }

                    changes.RemoveAt(i--);
                    break;
                case "merge":
                    item.Remove("$patch");
                    break;
                default:
                    throw new PatchFormatException($"unknown patch type '{item.Text("$patch")}' in map: {item.ToJsonString()}");
            }
        }

        return replace;
    }

    /// <summary>
    /// Items of the patch stand in its order, the others in the server's; where the two can be compared by the server's order they
    /// interleave, else the patch's come first (upstream's mergeSortedSlice).
    /// </summary>
    private static JsonArray Order(List<JsonNode?> merged, string key, List<JsonNode?> patchOrder, List<JsonNode?> serverOrder)
    {
        var patched = new List<(int Place, int ServerPlace, JsonNode? Item)>();
        var others = new List<(int ServerPlace, JsonNode? Item)>();
        foreach (var item in merged)
        {
            var identity = Identity(item, key);
            var serverPlace = IndexOf(serverOrder, identity);
            var place = IndexOf(patchOrder, identity);
            if (place >= 0)
            {
                patched.Add((place, serverPlace, item));
            }
            else
            {
                others.Add((serverPlace, item));
            }
        }

        var inPatchOrder = patched.OrderBy(item => item.Place).ToList();
        var ordered = new JsonArray();
        int left = 0, right = 0;
        while (left < others.Count || right < inPatchOrder.Count)
        {
            var takeOther = right >= inPatchOrder.Count
                || (left < others.Count
                    && others[left].ServerPlace >= 0
                    && inPatchOrder[right].ServerPlace >= 0
                    && others[left].ServerPlace < inPatchOrder[right].ServerPlace);
            ordered.Add(takeOther ? others[left++].Item : inPatchOrder[right++].Item);
        }

        return ordered;
    }

    private static List<JsonNode?> Detach(JsonArray? list)
    {
        if (list is null)
        {
            return [];
        }

        var items = list.ToList();
        list.Clear();
        return items;
    }

    private static JsonNode? Identity(JsonNode? item, string key) => key.Length > 0 && item is JsonObject node ? node[key] : item;

    private static int Find(List<JsonNode?> items, JsonNode? value, string key) =>
        items.FindIndex(item => JsonTree.Equal(Identity(item, key), value));

    private static int IndexOf(List<JsonNode?> order, JsonNode? identity) => order.FindIndex(item => JsonTree.Equal(item, identity));
}
