using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;
using Grainhouse.Planning.Objects.Json;
using Grainhouse.Planning.Objects.Patches;

namespace Grainhouse.Planning.Tests.Objects;

/// <summary>What must hold of every patch, over random documents. A failure names its seed.</summary>
public sealed class PatchProperties
{
    private const int Cases = 3000;
    private static readonly string[] Names = ["a", "b", "c", "d~/e", ""];

    [Fact]
    public void Merge_WithTheDifference_GivesTheOther() => Check(random =>
    {
        var one = Tree(random, 3, withNulls: false);
        var other = Tree(random, 3, withNulls: false);

        Equal(other, MergePatch.Apply(one.DeepClone(), Difference(one, other)));
    });

    [Fact]
    public void Merge_Twice_IsMergeOnce() => Check(random =>
    {
        var one = Tree(random, 3, withNulls: false);
        var patch = Tree(random, 3, withNulls: true);
        var once = MergePatch.Apply(one, patch)!.DeepClone();

        Equal(once, MergePatch.Apply(once.DeepClone(), patch));
    });

    [Fact]
    public void Merge_AgreesWithTheModelOfTheRfc() => Check(random =>
    {
        var one = Tree(random, 3, withNulls: false);
        var patch = Tree(random, 3, withNulls: true);

        Equal(Rfc7386(one.DeepClone(), patch), MergePatch.Apply(one, patch));
    });

    [Fact]
    public void Json_WithTheDifference_GivesTheOther() => Check(random =>
    {
        var one = Tree(random, 3, withNulls: true);
        var other = Tree(random, 3, withNulls: true);
        var operations = new JsonArray();
        Operations(one, other, "", operations);

        var result = JsonPatch.Apply(one.DeepClone(), operations);

        Assert.Null(result.Error);
        Equal(other, result.Document);
    });

    [Fact]
    public void Json_AddThenRemove_ChangesNothing() => Check(random =>
    {
        var one = Tree(random, 2, withNulls: true);
        var before = one.DeepClone();
        var patch = new JsonArray(
            new JsonObject { ["op"] = "add", ["path"] = "/new~1name", ["value"] = Tree(random, 2, withNulls: true) },
            new JsonObject { ["op"] = "copy", ["from"] = "/new~1name", ["path"] = "/other" },
            new JsonObject { ["op"] = "move", ["from"] = "/new~1name", ["path"] = "/third" },
            new JsonObject { ["op"] = "remove", ["path"] = "/third" },
            new JsonObject { ["op"] = "remove", ["path"] = "/other" });

        Equal(before, JsonPatch.Apply(one, patch).Document);
    });

    [Fact]
    public void Strategic_KeyedList_AgreesWithAMapOfItems() => Check(random =>
    {
        var property = SchemaCatalog.Find("io.k8s.api.core.v1.PodSpec")!.Find("containers")!;
        var original = Items(random, withDeletes: false);
        var patch = Items(random, withDeletes: true);
        var model = original.ToDictionary(item => (string)item!["name"]!, item => item!.DeepClone());
        foreach (var item in patch)
        {
            var name = (string)item!["name"]!;
            if (item["$patch"] is not null)
            {
                model.Remove(name);
            }
            else
            {
                model[name] = MergePatch.Apply(model.GetValueOrDefault(name), item)!;
            }
        }

        var merged = StrategicListMerge.Merge((JsonArray)original.DeepClone(), (JsonArray)patch.DeepClone(), property);

        Assert.Equal(model.Count, merged.Count);
        foreach (var item in merged)
        {
            Equal(model[(string)item!["name"]!], item);
        }
    });

    [Fact]
    public void Strategic_WithSetElementOrder_PutsItemsInThatOrder() => Check(random =>
    {
        var property = SchemaCatalog.Find("io.k8s.api.core.v1.PodSpec")!.Find("containers")!;
        var original = Items(random, withDeletes: false);
        var patch = Items(random, withDeletes: false);
        var names = original.Concat(patch).Select(item => (string)item!["name"]!).Distinct().OrderBy(_ => random.Next()).ToArray();
        var order = new JsonArray([.. names.Select(name => new JsonObject { ["name"] = name })]);

        var merged = StrategicListMerge.Merge((JsonArray)original.DeepClone(), (JsonArray)patch.DeepClone(), property, order);

        Assert.Equal(names, merged.Select(item => (string)item!["name"]!));
    });

    [Fact]
    public void Strategic_OfUnknownFields_IsAMergePatch() => Check(random =>
    {
        var one = Tree(random, 3, withNulls: false);
        var patch = Tree(random, 3, withNulls: false);
        var merged = MergePatch.Apply(one.DeepClone(), patch);

        Equal(merged, StrategicMergePatch.Apply(ResourceCatalog.ConfigMaps, one, patch).Document);
    });

    private static void Check(Action<Random> property)
    {
        for (var seed = 0; seed < Cases; seed++)
        {
            try
            {
                property(new Random(seed));
            }
            catch (Exception error)
            {
                throw new Xunit.Sdk.XunitException($"Seed {seed}: {error.Message}", error);
            }
        }
    }

    private static JsonObject Tree(Random random, int depth, bool withNulls)
    {
        var node = new JsonObject();
        foreach (var name in Names.Where(_ => random.Next(2) == 0))
        {
            node[name] = Value(random, depth - 1, withNulls);
        }

        return node;
    }

    private static JsonNode? Value(Random random, int depth, bool withNulls) => random.Next(depth > 0 ? 7 : 4) switch
    {
        0 => random.Next(3),
        1 => "t" + random.Next(3),
        2 => random.Next(2) == 0,
        3 when withNulls => null,
        3 => "x",
        4 => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Value(random, depth - 1, withNulls: false))]),
        _ => Tree(random, depth, withNulls),
    };

    private static JsonArray Items(Random random, bool withDeletes)
    {
        var items = new JsonArray();
        foreach (var name in (string[])["a", "b", "c", "d"])
        {
            if (random.Next(2) == 0)
            {
                continue;
            }

            var item = new JsonObject { ["name"] = name };
            if (withDeletes && random.Next(4) == 0)
            {
                item["$patch"] = "delete";
            }
            else
            {
                item["image"] = "i" + random.Next(3);
                item["tty"] = withDeletes && random.Next(3) == 0 ? null : random.Next(2) == 0;
            }

            items.Insert(random.Next(items.Count + 1), item);
        }

        return items;
    }

    /// <summary>The merge patch from one to the other; neither has a null.</summary>
    private static JsonNode? Difference(JsonNode? one, JsonNode? other)
    {
        if (one is not JsonObject from || other is not JsonObject to)
        {
            return other?.DeepClone();
        }

        var patch = new JsonObject();
        foreach (var (name, _) in from.Where(field => !to.ContainsKey(field.Key)))
        {
            patch[name] = null;
        }

        foreach (var (name, value) in to)
        {
            if (value is JsonObject && from[name] is not JsonObject)
            {
                patch[name] = value.DeepClone();
            }
            else if (!JsonNode.DeepEquals(from[name], value))
            {
                patch[name] = Difference(from[name], value);
            }
        }

        return patch;
    }

    /// <summary>The JSON patch from one to the other, with paths escaped.</summary>
    private static void Operations(JsonNode? one, JsonNode? other, string path, JsonArray operations)
    {
        if (one is not JsonObject from || other is not JsonObject to)
        {
            operations.Add(new JsonObject { ["op"] = "test", ["path"] = path, ["value"] = one?.DeepClone() });
            operations.Add(new JsonObject { ["op"] = "replace", ["path"] = path, ["value"] = other?.DeepClone() });
            return;
        }

        foreach (var (name, value) in from)
        {
            var at = $"{path}/{name.Replace("~", "~0").Replace("/", "~1")}";
            if (to.TryGetPropertyValue(name, out var there))
            {
                Operations(value, there, at, operations);
            }
            else
            {
                operations.Add(new JsonObject { ["op"] = "remove", ["path"] = at });
            }
        }

        foreach (var (name, value) in to.Where(field => !from.ContainsKey(field.Key)))
        {
            operations.Add(new JsonObject { ["op"] = "add", ["path"] = $"{path}/{name.Replace("~", "~0").Replace("/", "~1")}", ["value"] = value?.DeepClone() });
        }
    }

    /// <summary>RFC 7386, section 2, word for word.</summary>
    private static JsonNode? Rfc7386(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        if (target is not JsonObject)
        {
            target = new JsonObject();
        }

        var result = (JsonObject)target.DeepClone();
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else
            {
                var merged = Rfc7386(result[name], value);
                result.Remove(name);
                result[name] = merged;
            }
        }

        return result;
    }

    private static void Equal(JsonNode? expected, JsonNode? actual)
    {
        // Both through text, so that numbers of different .NET types compare; and our own equality must agree.
        var one = JsonTree.Parse(Encoding.UTF8.GetBytes(expected?.ToJsonString() ?? "null"));
        var other = JsonTree.Parse(Encoding.UTF8.GetBytes(actual?.ToJsonString() ?? "null"));
        Assert.True(JsonNode.DeepEquals(one, other), $"{expected?.ToJsonString()} is not {actual?.ToJsonString()}");
        Assert.True(JsonTree.Equal(one, other));
    }
}
