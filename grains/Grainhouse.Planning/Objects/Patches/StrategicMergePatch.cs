using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Patches;

/// <summary>Kubernetes' strategic merge patch: lists merge by the merge keys of the schema. After apimachinery's strategicpatch/patch.go.</summary>
internal static class StrategicMergePatch
{
    private const string Directive = "$patch";
    private const string RetainKeys = "$retainKeys";
    private const string ElementOrder = "$setElementOrder/";
    private const string DeleteFromList = "$deleteFromPrimitiveList/";

    /// <summary>Applies a patch. <paramref name="target"/> is changed in place, also by a patch that fails.</summary>
    public static PatchResult Apply(ResourceDescriptor resource, JsonObject target, JsonObject patch)
    {
        try
        {
            return new PatchResult(MergeObject(target, (JsonObject)patch.DeepClone(), SchemaCatalog.For(resource)), null);
        }
        catch (PatchFormatException error)
        {
            return PatchResult.Malformed(error.Message);
        }
    }

    /// <summary>Merges <paramref name="patch"/>, which is used up, into <paramref name="original"/>.</summary>
    internal static JsonObject MergeObject(JsonObject original, JsonObject patch, SchemaDefinition? schema)
    {
        if (patch.Remove(Directive, out var directive))
        {
            switch (directive.Text())
            {
                case "replace":
                    return Plain(patch, schema);
                case "delete":
                    return [];
                case "merge":
                    break;
                default:
                    throw new PatchFormatException($"unknown patch type '{directive.Text()}' in map: {patch.ToJsonString()}");
            }
        }

        Retain(original, patch);
        MergeOrderedLists(original, patch, schema);
        foreach (var (name, value) in patch.ToArray())
        {
            if (name.StartsWith(DeleteFromList, StringComparison.Ordinal))
            {
                DeletePrimitives(original, name[DeleteFromList.Length..], value);
                continue;
            }

            patch.Remove(name);
            if (value is null)
            {
                original.Remove(name);
            }
            else
            {
                MergeField(original, name, value, schema?.Find(name));
            }
        }

        return original;
    }

    private static void MergeField(JsonObject original, string name, JsonNode value, SchemaProperty? property)
    {
        switch (value, original[name])
        {
            case (JsonObject changes, JsonObject there):
                var merged = MergeObject(there, changes, DefinitionOf(property));
                if (!ReferenceEquals(merged, there))
                {
                    original[name] = merged;
                }

                break;
            case (JsonArray changes, var there) when Merges(property) && there is null or JsonArray:
                original[name] = StrategicListMerge.Merge(there as JsonArray, changes, property!);
                break;
            case (JsonObject changes, _):
                original[name] = Plain(changes, DefinitionOf(property));
                break;
            default:
                original[name] = value;
                break;
        }
    }

    /// <summary>What a patch is with nothing to merge it into: itself, without its directives.</summary>
    private static JsonObject Plain(JsonObject patch, SchemaDefinition? schema) => MergeObject([], patch, schema);

    /// <summary>The definition of an object's fields, or of a list's items.</summary>
    internal static SchemaDefinition? DefinitionOf(SchemaProperty? property) =>
        property?.Type is { Kind: SchemaKind.List or SchemaKind.Map } container ? container.Items!.Definition : property?.Type.Definition;

    private static bool Merges(SchemaProperty? property) =>
        property is { Type.Kind: SchemaKind.List } && property.Strategies.HasFlag(PatchStrategies.Merge);

    private static void Retain(JsonObject original, JsonObject patch)
    {
        if (!patch.Remove(RetainKeys, out var value))
        {
            return;
        }

        if (value is not JsonArray list)
        {
            throw new PatchFormatException("invalid patch format of retainKeys");
        }

        var kept = list.Select(item => item.Text() ?? "").ToHashSet(StringComparer.Ordinal);
        if (patch.Any(field => field.Value is not null && field.Key[0] != '$' && !kept.Contains(field.Key)))
        {
            throw new PatchFormatException("invalid patch format of retainKeys");
        }

        foreach (var name in original.Select(field => field.Key).Where(name => !kept.Contains(name)).ToArray())
        {
            original.Remove(name);
        }
    }

    /// <summary>Takes the lists whose order the patch sets out of the patch, and merges them in that order.</summary>
    private static void MergeOrderedLists(JsonObject original, JsonObject patch, SchemaDefinition? schema)
    {
        foreach (var (directive, value) in patch.Where(field => field.Key.StartsWith(ElementOrder, StringComparison.Ordinal)).ToArray())
        {
            if (value is not JsonArray order)
            {
                throw new PatchFormatException("invalid patch format of setElementOrder list");
            }

            patch.Remove(directive);
            var name = directive[ElementOrder.Length..];
            if (schema?.Find(name) is not { } property || !Merges(property))
            {
                continue;
            }

            if (patch.Remove(DeleteFromList + name, out var deleted))
            {
                DeletePrimitives(original, name, deleted);
            }

            var given = patch.TryGetPropertyValue(name, out var changes);
            if (given && changes is null)
            {
                continue;
            }

            patch.Remove(name);
            var there = original[name] as JsonArray;
            if (there is not null || changes is JsonArray)
            {
                original[name] = StrategicListMerge.Merge(there, changes as JsonArray ?? [], property, order);
            }
        }
    }

    private static void DeletePrimitives(JsonObject original, string name, JsonNode? value)
    {
        if (value is not JsonArray deleted)
        {
            throw new PatchFormatException("invalid patch format of primitive list");
        }

        if (original[name] is not JsonArray list)
        {
            return;
        }

        for (var i = list.Count - 1; i >= 0; i--)
        {
            if (deleted.Any(item => JsonTree.Equal(item, list[i])))
            {
                list.RemoveAt(i);
            }
        }
    }
}
