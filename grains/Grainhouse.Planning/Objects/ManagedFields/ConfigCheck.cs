using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>Finds what keeps a configuration from being applied: fields that the schema does not have, wrong types, items that cannot be told apart.</summary>
/// <remarks>In the words of structured-merge-diff's validation. Other than a write, an apply cannot keep fields whose merging nobody knows.</remarks>
internal static class ConfigCheck
{
    /// <summary>The errors; empty for none.</summary>
    public static List<string> Errors(JsonObject config, ResourceDescriptor resource)
    {
        var errors = new List<string>();
        CheckMembers(config, FieldType.Of(SchemaCatalog.For(resource)), "", errors);
        return errors;
    }

    private static void Check(JsonNode? value, FieldType type, string path, List<string> errors)
    {
        if (value is null || type.Type is not { } schema)
        {
            return;
        }

        switch (schema.Kind)
        {
            case SchemaKind.Object when schema.Definition is not null:
            case SchemaKind.Map:
                if (value is JsonObject node)
                {
                    CheckMembers(node, type, path, errors);
                }
                else
                {
                    errors.Add($"{path}: expected map, got {Go(value)}");
                }

                break;
            case SchemaKind.List when value is JsonArray items:
                CheckItems(items, type, path, errors);
                break;
            case SchemaKind.List:
                errors.Add($"{path}: expected list, got {Go(value)}");
                break;
            case SchemaKind.Any or SchemaKind.Object:
                break;
            default:
                if (Mismatch(value, schema.Kind) is { } wrong)
                {
                    errors.Add($"{path}: {wrong}");
                }

                break;
        }
    }

    private static void CheckMembers(JsonObject node, FieldType type, string path, List<string> errors)
    {
        foreach (var (name, value) in node)
        {
            var property = type.Property(name);
            if (property is null && type.Type is { Kind: SchemaKind.Object })
            {
                errors.Add($"{path}.{name}: field not declared in schema");
            }
            else
            {
                Check(value, type.Member(property), $"{path}.{name}", errors);
            }
        }
    }

    private static void CheckItems(JsonArray items, FieldType type, string path, List<string> errors)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            var element = $"i:{i}";
            if (type.Shape == FieldShape.Keyed)
            {
                if (items[i] is not JsonObject)
                {
                    errors.Add($"{path}: associative list with keys may not have non-map elements");
                    continue;
                }

                if (FieldPaths.Key(items[i], type.Keys, out var missing) is not { } key)
                {
                    errors.Add($"{path}: associative list with keys has an element that omits key field \"{missing}\" (and doesn't have default value)");
                    continue;
                }

                element = key;
            }
            else if (type.Shape == FieldShape.Set)
            {
                element = FieldPaths.Value(items[i]);
            }

            if (!seen.Add(element))
            {
                errors.Add($"{path}: duplicate entries for key {FieldPaths.Words(element)}");
            }
            else
            {
                Check(items[i], type.Item, path + FieldPaths.Words(element), errors);
            }
        }
    }

    private static string? Mismatch(JsonNode value, SchemaKind kind)
    {
        var given = value is JsonValue ? value.GetValueKind() : JsonValueKind.Object;
        return kind switch
        {
            SchemaKind.Text or SchemaKind.Bytes when given != JsonValueKind.String => $"expected string, got &value.valueUnstructured{{Value:{Go(value)}}}",
            SchemaKind.Int32 or SchemaKind.Int64 or SchemaKind.Double when given != JsonValueKind.Number => $"expected numeric (int or float), got {GoType(value)}",
            SchemaKind.Boolean when given is not (JsonValueKind.True or JsonValueKind.False) =>
                $"expected boolean, got &value.valueUnstructured{{Value:{Go(value)}}}",
            _ when given == JsonValueKind.Object => $"expected any scalar, got &value.valueUnstructured{{Value:{Go(value)}}}",
            _ => null,
        };
    }

    private static string GoType(JsonNode value) => value switch
    {
        JsonObject => "map[string]interface {}",
        JsonArray => "[]interface {}",
        _ => value.GetValueKind() switch { JsonValueKind.String => "string", JsonValueKind.Number => "int64", _ => "bool" },
    };

    // A value as Go's %#v shows it.
    private static string Go(JsonNode? value) => value switch
    {
        null => "interface {}(nil)",
        JsonObject node => $"map[string]interface {{}}{{{string.Join(", ", node.Select(member => $"\"{member.Key}\":{Go(member.Value)}"))}}}",
        JsonArray items => $"[]interface {{}}{{{string.Join(", ", items.Select(Go))}}}",
        _ => value.ToJsonString(DocumentJson.Options).ToString(CultureInfo.InvariantCulture),
    };
}
