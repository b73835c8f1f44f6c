using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>Takes fields out of a document. After structured-merge-diff's <c>TypedValue.RemoveItems</c>.</summary>
internal static class TreeRemoval
{
    /// <summary>The document without these fields and without what is under them, a tree of its own.</summary>
    public static JsonObject Without(JsonObject document, FieldSet removed, ResourceDescriptor resource)
    {
        var copy = (JsonObject)document.DeepClone();
        RemoveMembers(copy, removed, FieldType.Of(SchemaCatalog.For(resource)));
        return copy;
    }

    /// <summary>A set with the structs above its fields in it too.</summary>
    /// <remarks>After <c>Set.EnsureNamedFieldsAreMembers</c>: a struct that nobody names more fields of goes with its last one.</remarks>
    public static FieldSet WithStructs(FieldSet set, ResourceDescriptor resource) => WithStructs(set, FieldType.Of(SchemaCatalog.For(resource)));

    private static FieldSet WithStructs(FieldSet set, FieldType type)
    {
        if (set.Children.IsEmpty)
        {
            return set;
        }

        var children = new List<KeyValuePair<string, FieldSet>>(set.Children.Length);
        foreach (var (element, child) in set.Children)
        {
            var property = element.StartsWith("f:", StringComparison.Ordinal) ? type.Property(element[2..]) : null;
            var inner = element.StartsWith("f:", StringComparison.Ordinal) ? type.Member(property) : type.Item;
            var named = WithStructs(child, inner);
            children.Add(new(element, property is null ? named : named.WithMember()));
        }

        return set.With(children);
    }

    private static void RemoveMembers(JsonObject node, FieldSet removed, FieldType type)
    {
        foreach (var (element, under) in removed.Children)
        {
            var name = element[2..];
            if (!element.StartsWith("f:", StringComparison.Ordinal) || !node.TryGetPropertyValue(name, out var value))
            {
                continue;
            }

            if (under.Member || !RemoveUnder(value, under, type.Member(type.Property(name))))
            {
                node.Remove(name);
            }
        }
    }

    // Whether something is left.
    private static bool RemoveUnder(JsonNode? value, FieldSet removed, FieldType type)
    {
        switch (type.ShapeFor(value), value)
        {
            case (FieldShape.Members, JsonObject { Count: > 0 } node):
                RemoveMembers(node, removed, type);
                return node.Count > 0;
            case (FieldShape.Set or FieldShape.Keyed, JsonArray { Count: > 0 } items):
                RemoveItems(items, removed, type);
                return items.Count > 0;
            case (FieldShape.Whole, JsonObject or JsonArray):
                return false;
            default:
                return true;
        }
    }

    private static void RemoveItems(JsonArray items, FieldSet removed, FieldType type)
    {
        for (var i = items.Count - 1; i >= 0; i--)
        {
            if (removed.Find(type.Element(items[i]) ?? $"i:{i}") is { } under && (under.Member || !RemoveUnder(items[i], under, type.Item)))
            {
                items.RemoveAt(i);
            }
        }
    }
}
