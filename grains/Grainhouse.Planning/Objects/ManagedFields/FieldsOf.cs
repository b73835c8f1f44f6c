using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>The fields that a document names. After structured-merge-diff's <c>TypedValue.ToFieldSet</c>.</summary>
internal static class FieldsOf
{
    /// <summary>All fields of a document; <c>apiVersion</c> and <c>kind</c> too.</summary>
    public static FieldSet Document(JsonObject document, ResourceDescriptor resource) =>
        Members(document, FieldType.Of(SchemaCatalog.For(resource)), member: false);

    private static FieldSet Value(JsonNode? value, FieldType type, bool member)
    {
        switch (type.ShapeFor(value), value)
        {
            case (FieldShape.Members, JsonObject node):
                return Members(node, type, member || node.Count == 0);
            case (FieldShape.Set or FieldShape.Keyed, JsonArray items):
                return Items(items, type, member);
            default:
                return FieldSet.Leaf;
        }
    }

    private static FieldSet Members(JsonObject node, FieldType type, bool member)
    {
        List<KeyValuePair<string, FieldSet>>? found = null;
        foreach (var (name, value) in node)
        {
            // A key of a map is in the set itself; a field of a struct only as far as something under it is.
            var property = type.Property(name);
            var set = value is null ? FieldSet.Leaf : Value(value, type.Member(property), property is null);
            if (!set.IsEmpty)
            {
                (found ??= []).Add(new(property?.PathElement ?? FieldPaths.Field(name), set));
            }
        }

        return FieldSet.Of(member, found);
    }

    private static FieldSet Items(JsonArray items, FieldType type, bool member)
    {
        List<KeyValuePair<string, FieldSet>>? found = null;
        foreach (var (element, item) in ItemComparison.Index(items, type))
        {
            (found ??= []).Add(new(element, item is JsonArray ? FieldSet.Leaf : Value(item, type.Item, member: true).WithMember()));
        }

        return FieldSet.Of(member, found);
    }
}
