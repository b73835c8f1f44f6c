using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Schemas;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>How a value in a document is owned and merged, as its place in the schema says.</summary>
/// <param name="Type">The type; null where the schema says nothing.</param>
/// <param name="Shape">What can be owned by itself.</param>
/// <param name="Keys">The key fields of a keyed list.</param>
internal readonly record struct FieldType(SchemaType? Type, FieldShape Shape, ImmutableArray<string> Keys)
{
    /// <summary>A value that the schema knows nothing of.</summary>
    public static FieldType Unknown { get; } = new(null, FieldShape.AsFound, []);

    /// <summary>A whole document.</summary>
    public static FieldType Of(SchemaDefinition definition) => new(definition.Type, FieldShape.Members, []);

    /// <summary>A field.</summary>
    public static FieldType Of(SchemaProperty property) => new(property.Type, property.Shape, property.Keys);

    /// <summary>An item of a list, or a value of a map.</summary>
    public FieldType Item => Type?.Items is { } items ? new(items, items.ItemShape, []) : Unknown;

    /// <summary>The shape, where the schema leaves it to the value.</summary>
    public FieldShape ShapeFor(JsonNode? one, JsonNode? other = null) =>
        Shape != FieldShape.AsFound ? Shape : one is JsonObject || other is JsonObject ? FieldShape.Members : FieldShape.Whole;

    /// <summary>The field of an object; null for a key of a map, and for a field that the schema does not have.</summary>
    public SchemaProperty? Property(string name) => Type is { Kind: SchemaKind.Object, Definition: { } definition } ? definition.Find(name) : null;

    /// <summary>The type of a member: a field's, or the values' of a map.</summary>
    public FieldType Member(SchemaProperty? property) => property is not null ? Of(property) : Type is { Kind: SchemaKind.Map } ? Item : Unknown;

    /// <summary>Whether items of a list can be told apart by element.</summary>
    public static bool IsAssociative(FieldShape shape) => shape is FieldShape.Set or FieldShape.Keyed;

    /// <summary>The path element of an item; null if a key is missing.</summary>
    public string? Element(JsonNode? item) => Shape == FieldShape.Set ? FieldPaths.Value(item) : FieldPaths.Key(item, Keys, out _);
}
