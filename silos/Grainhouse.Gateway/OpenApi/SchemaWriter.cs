using System.Text.Json;
using Grainhouse.Interfaces.Schemas;

namespace Grainhouse.Gateway.OpenApi;

/// <summary>Writes definitions of the schema data as OpenAPI, with the extensions that kubectl reads, and follows what they refer to.</summary>
/// <param name="json">Where to.</param>
/// <param name="references">What a reference begins with: <c>#/components/schemas/</c> or <c>#/definitions/</c>.</param>
/// <param name="wrapped">Whether a reference with words beside it is put into <c>allOf</c>, as OpenAPI 3.0 needs.</param>
internal sealed class SchemaWriter(Utf8JsonWriter json, string references, bool wrapped)
{
    private const string Quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    private const string IntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

    private static readonly JsonEncodedText MapType = JsonEncodedText.Encode("x-kubernetes-map-type");

    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly Queue<string> waiting = new();

    /// <summary>Makes sure that a definition is written, and says how it is referred to.</summary>
    public string Reference(string name)
    {
        if (seen.Add(name))
        {
            waiting.Enqueue(name);
        }

        return references + name;
    }

    /// <summary>Writes all definitions that were referred to, and what they refer to in turn.</summary>
    public void WriteAll()
    {
        while (waiting.TryDequeue(out var name))
        {
            json.WriteStartObject(name);
            if (SchemaCatalog.Find(name) is { } definition)
            {
                WriteDefinition(definition);
            }
            else
            {
                WriteWellKnown(name);
            }

            json.WriteEndObject();
        }
    }

    private void WriteWellKnown(string name)
    {
        switch (name)
        {
            case Quantity:
                json.WriteString("description"u8, "Quantity is a fixed-point representation of a number: decimal digits with a suffix, as in 1.5, 100m, 64Mi."u8);
                WriteEither("string", "number");
                break;
            case IntOrString:
                json.WriteString("description"u8, "IntOrString is a type that can hold an int32 or a string."u8);
                WriteEither("string", "integer");
                json.WriteString("format"u8, "int-or-string"u8);
                break;
            default:
                json.WriteString("type"u8, "object"u8);
                break;
        }
    }

    // OpenAPI 2 has no word for a choice: there it is the first.
    private void WriteEither(string first, string second)
    {
        if (!wrapped)
        {
            json.WriteString("type"u8, first);
            return;
        }

        json.WriteStartArray("oneOf"u8);
        foreach (var type in (ReadOnlySpan<string>)[first, second])
        {
            json.WriteStartObject();
            json.WriteString("type"u8, type);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WriteDefinition(SchemaDefinition definition)
    {
        WriteDescription(SchemaDescriptions.Of(definition));
        json.WriteString("type"u8, "object"u8);
        if (definition.Type.ItemShape == FieldShape.Whole)
        {
            json.WriteString(MapType, "atomic"u8);
        }

        var required = definition.Properties.Where(property => property.Required).Select(property => property.Name).ToArray();
        if (required.Length > 0)
        {
            json.WriteStartArray("required"u8);
            foreach (var name in required)
            {
                json.WriteStringValue(name);
            }

            json.WriteEndArray();
        }

        if (definition.Properties.Length > 0)
        {
            json.WriteStartObject("properties"u8);
            foreach (var property in definition.Properties)
            {
                json.WriteStartObject(property.Name);
                WriteProperty(definition, property);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        if (definition.GroupVersionKind.Split('/') is [var group, var version, var kind])
        {
            json.WriteStartArray("x-kubernetes-group-version-kind"u8);
            WriteKind(json, group, version, kind);
            json.WriteEndArray();
        }
    }

    /// <summary>Writes a group, version and kind as an object.</summary>
    public static void WriteKind(Utf8JsonWriter json, string group, string version, string kind)
    {
        json.WriteStartObject();
        json.WriteString("group"u8, group);
        json.WriteString("kind"u8, kind);
        json.WriteString("version"u8, version);
        json.WriteEndObject();
    }

    private void WriteProperty(SchemaDefinition definition, SchemaProperty property)
    {
        WriteDescription(SchemaDescriptions.Of(definition, property));
        WriteType(property.Type);
        if (property.MergeKey.Length > 0)
        {
            json.WriteString("x-kubernetes-patch-merge-key"u8, property.MergeKey);
        }

        if (property.Strategies != PatchStrategies.None)
        {
            json.WriteString("x-kubernetes-patch-strategy"u8, property.Strategies switch
            {
                PatchStrategies.Merge => "merge",
                PatchStrategies.RetainKeys => "retainKeys",
                _ => "merge,retainKeys",
            });
        }

        if (MapTypeOf(property) is { Length: > 0 } mapType)
        {
            json.WriteString(MapType, mapType);
        }

        if (property.ListType.Length > 0)
        {
            json.WriteString("x-kubernetes-list-type"u8, property.ListType);
        }

        if (property.ListMapKeys.Length > 0)
        {
            json.WriteStartArray("x-kubernetes-list-map-keys"u8);
            foreach (var key in property.ListMapKeys)
            {
                json.WriteStringValue(key);
            }

            json.WriteEndArray();
        }
    }

    // Only where it is not what the type says of itself.
    private static string MapTypeOf(SchemaProperty property) => property switch
    {
        { Type.Kind: SchemaKind.Map, Shape: FieldShape.Whole } => "atomic",
        { Type: { Kind: SchemaKind.Object, ItemShape: FieldShape.Whole }, Shape: FieldShape.Members } => "granular",
        _ => "",
    };

    private void WriteDescription(string words)
    {
        if (words.Length > 0)
        {
            json.WriteString("description"u8, words);
        }
    }

    private void WriteType(SchemaType type)
    {
        switch (type.Kind)
        {
            case SchemaKind.List:
                json.WriteString("type"u8, "array"u8);
                WriteNested("items"u8, type.Items!);
                break;
            case SchemaKind.Map:
                json.WriteString("type"u8, "object"u8);
                WriteNested("additionalProperties"u8, type.Items!);
                break;
            case SchemaKind.Object:
                WriteReference(type.DefinitionName);
                break;
            case SchemaKind.Quantity:
                WriteReference(Quantity);
                break;
            case SchemaKind.IntOrString:
                WriteReference(IntOrString);
                break;
            default:
                WritePlain(type.Kind);
                break;
        }
    }

    private void WriteNested(ReadOnlySpan<byte> name, SchemaType type)
    {
        json.WriteStartObject(name);
        WriteType(type);
        json.WriteEndObject();
    }

    private void WritePlain(SchemaKind kind)
    {
        var (type, format) = kind switch
        {
            SchemaKind.Text => ("string", ""),
            SchemaKind.Int32 => ("integer", "int32"),
            SchemaKind.Int64 => ("integer", "int64"),
            SchemaKind.Double => ("number", "double"),
            SchemaKind.Boolean => ("boolean", ""),
            SchemaKind.Bytes => ("string", "byte"),
            SchemaKind.Time or SchemaKind.MicroTime => ("string", "date-time"),
            _ => ("object", ""),
        };
        json.WriteString("type"u8, type);
        if (format.Length > 0)
        {
            json.WriteString("format"u8, format);
        }
    }

    private void WriteReference(string name)
    {
        if (!wrapped)
        {
            json.WriteString("$ref"u8, Reference(name));
            return;
        }

        json.WriteStartArray("allOf"u8);
        json.WriteStartObject();
        json.WriteString("$ref"u8, Reference(name));
        json.WriteEndObject();
        json.WriteEndArray();
    }
}
