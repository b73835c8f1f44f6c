using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Schemas;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Decoding;

/// <summary>Reads a document by its schema in one pass: makes the tree, and finds wrong types, unknown and duplicate fields.</summary>
/// <remarks>As Go does, a null stands for an absent field. Unknown fields are kept as they are.</remarks>
internal ref partial struct SchemaReader
{
    private Utf8JsonReader reader;
    private DecodePath path;
    private StrictFindings strict;
    private string structName;
    private Range managedFields;

    public SchemaReader(ReadOnlySpan<byte> json)
    {
        reader = new Utf8JsonReader(json, JsonTree.ReaderOptions);
        structName = "";
    }

    /// <summary>What the first field with a wrong type is, in the words of Go's json package; null if all types fit.</summary>
    public string? TypeError { get; private set; }

    /// <summary>Unknown and duplicate fields, as <c>unknown field "spec.foo"</c>; null for none.</summary>
    public readonly List<string>? StrictErrors => strict.Words;

    /// <summary>Where <c>metadata.managedFields</c> stands in the document; empty if nowhere.</summary>
    /// <remarks>It is not in the tree: it has as many nodes as the rest of an object, and hardly a write looks at them.</remarks>
    public readonly Range ManagedFields => managedFields;

    /// <summary>Reads the whole document; null if it is JSON but no object.</summary>
    /// <exception cref="JsonException">The text is not one JSON value.</exception>
    /// <exception cref="InvalidOperationException">A text in it is not Unicode.</exception>
    public JsonObject? Read(SchemaDefinition schema)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            reader.Read();
            return null;
        }

        var root = ReadObject(schema);
        reader.Read();
        return root;
    }

    private JsonObject ReadObject(SchemaDefinition schema)
    {
        var outer = structName;
        structName = schema.Name;
        var node = new JsonObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if ((reader.ValueIsEscaped ? schema.Find(reader.GetString()!) : schema.Find(reader.ValueSpan)) is not { } property)
            {
                ReadUnknown(node);
                continue;
            }

            reader.Read();
            path.PushField(property.Name);
            if (reader.TokenType == JsonTokenType.Null)
            {
                node.Remove(property.Name);
            }
            else if (path.Depth == 2 && property.Name == "managedFields" && reader.TokenType == JsonTokenType.StartArray)
            {
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                managedFields = start..(int)reader.BytesConsumed;
            }
            else
            {
                var value = ReadTyped(property.Type);
                if (!node.TryAdd(property.Name, value))
                {
                    strict.Duplicate(path);
                    node[property.Name] = value;
                }
            }

            path.Pop();
        }

        structName = outer;
        return node;
    }

    private void ReadUnknown(JsonObject node)
    {
        var name = reader.GetString()!;
        strict.Unknown(path, name);
        reader.Read();
        node[name] = JsonTree.ReadValue(ref reader);
    }

    private JsonNode? ReadTyped(SchemaType type)
    {
        switch (type.Kind)
        {
            case SchemaKind.Object when type.Definition is { } definition:
                return reader.TokenType == JsonTokenType.StartObject ? ReadObject(definition) : WrongType(type);
            case SchemaKind.List:
                return reader.TokenType == JsonTokenType.StartArray ? ReadList(type.Items!) : WrongType(type);
            case SchemaKind.Map:
                return reader.TokenType == JsonTokenType.StartObject ? ReadMap(type.Items!) : WrongType(type);
            case SchemaKind.Any or SchemaKind.Object:
                return JsonTree.ReadValue(ref reader);
            default:
                return ReadLeaf(type);
        }
    }

    private JsonArray ReadList(SchemaType items)
    {
        var list = new JsonArray();
        path.PushIndex();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            path.SetIndex(list.Count);
            list.Add(reader.TokenType == JsonTokenType.Null ? Zero(items) : ReadTyped(items));
        }

        path.Pop();
        return list;
    }

    private JsonObject ReadMap(SchemaType values)
    {
        var map = new JsonObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.GetString()!;
            reader.Read();
            path.PushKey(key);
            var value = reader.TokenType == JsonTokenType.Null ? Zero(values) : ReadTyped(values);
            if (!map.TryAdd(key, value))
            {
                strict.Duplicate(path);
                map[key] = value;
            }

            path.Pop();
        }

        return map;
    }

    /// <summary>What Go makes of a null item: the type's zero.</summary>
    private static JsonNode? Zero(SchemaType type) => type.Kind switch
    {
        SchemaKind.Object => new JsonObject(),
        SchemaKind.Text or SchemaKind.Bytes => JsonValue.Create(""),
        SchemaKind.Quantity => JsonValue.Create("0"),
        SchemaKind.Int32 or SchemaKind.Int64 or SchemaKind.IntOrString => JsonValue.Create(0L),
        SchemaKind.Boolean => JsonValue.Create(false),
        _ => null,
    };
}
