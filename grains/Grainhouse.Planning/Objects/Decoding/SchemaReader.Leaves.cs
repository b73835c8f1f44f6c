using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Schemas;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Objects.Decoding;

/// <summary>Leaves: numbers, texts, times, quantities.</summary>
internal ref partial struct SchemaReader
{
    private static readonly SearchValues<char> Base64Characters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\r\n");

    private JsonNode? ReadLeaf(SchemaType type)
    {
        var token = reader.TokenType;
        switch (type.Kind)
        {
            case SchemaKind.Text when token == JsonTokenType.String:
                return JsonValue.Create(reader.GetString());
            case SchemaKind.Int32 when token == JsonTokenType.Number && reader.TryGetInt32(out var small):
                return JsonValue.Create((long)small);
            case SchemaKind.Int64 when token == JsonTokenType.Number && reader.TryGetInt64(out var large):
                return JsonValue.Create(large);
            case SchemaKind.Double when token == JsonTokenType.Number:
                return JsonTree.ReadValue(ref reader);
            case SchemaKind.Boolean when token is JsonTokenType.True or JsonTokenType.False:
                return JsonValue.Create(token == JsonTokenType.True);
            case SchemaKind.IntOrString when token == JsonTokenType.String:
                return JsonValue.Create(reader.GetString());
            case SchemaKind.IntOrString when token == JsonTokenType.Number && reader.TryGetInt32(out var port):
                return JsonValue.Create((long)port);
            case SchemaKind.Bytes when token == JsonTokenType.String:
                return ReadBytes();
            case SchemaKind.Time or SchemaKind.MicroTime when token == JsonTokenType.String:
                return ReadTime(type.Kind);
            case SchemaKind.Quantity when token is JsonTokenType.String or JsonTokenType.Number:
                return ReadQuantity();
            default:
                return WrongType(type);
        }
    }

    private JsonValue? ReadBytes()
    {
        var text = reader.GetString()!;
        if (!Base64.IsValid(text))
        {
            var at = text.AsSpan().IndexOfAnyExcept(Base64Characters);
            Fail($"illegal base64 data at input byte {(at >= 0 ? at : text.Length / 4 * 4)}");
        }

        return JsonValue.Create(text);
    }

    private JsonValue? ReadTime(SchemaKind kind)
    {
        var text = reader.GetString()!;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) || !text.Contains('T', StringComparison.Ordinal))
        {
            var layout = kind == SchemaKind.Time ? "2006-01-02T15:04:05Z07:00" : "2006-01-02T15:04:05.000000Z07:00";
            Fail($"parsing time \"{text}\" as \"{layout}\": cannot parse \"{text}\" as \"2006\"");
            return JsonValue.Create(text);
        }

        return JsonValue.Create(kind == SchemaKind.Time && (text.Length != 20 || text[^1] != 'Z') ? Timestamps.Text(time) : text);
    }

    private JsonValue? ReadQuantity()
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan);
        if (!Quantity.TryParse(text, out var quantity))
        {
            Fail(Quantity.WhyNot(text)!);
            return JsonValue.Create(text);
        }

        return JsonValue.Create(quantity.ToString());
    }

    private JsonNode? WrongType(SchemaType type)
    {
        var given = reader.TokenType switch
        {
            JsonTokenType.String => "string",
            JsonTokenType.StartObject => "object",
            JsonTokenType.StartArray => "array",
            JsonTokenType.Number when type.Kind is SchemaKind.Int32 or SchemaKind.Int64 or SchemaKind.IntOrString =>
                "number " + Encoding.UTF8.GetString(reader.ValueSpan),
            JsonTokenType.Number => "number",
            _ => "bool",
        };
        Fail(type.Kind == SchemaKind.IntOrString
            ? $"json: cannot unmarshal {given} into Go value of type int32"
            : $"json: cannot unmarshal {given} into Go struct field {structName[(structName.LastIndexOf('.') + 1)..]}.{path.Fields()} of type {type.GoName}");
        return JsonTree.ReadValue(ref reader);
    }

    private void Fail(string why) => TypeError ??= why;
}
