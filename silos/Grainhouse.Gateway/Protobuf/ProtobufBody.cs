using System.Buffers;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace Grainhouse.Gateway.Protobuf;

/// <summary>Turns bodies in the API's protobuf form into JSON: kubectl and Go clients send them for the built-in kinds.</summary>
/// <remarks>
/// The form is four bytes <c>k8s\0</c> and a runtime.Unknown message: type, bytes of the object's own message. Which field is
/// what is data (<see cref="ProtobufTable"/>); fields that the table does not know are newer than it and are passed over.
/// </remarks>
internal static class ProtobufBody
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private const int MostNested = 32;

    private static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    /// <summary>Converts a body.</summary>
    /// <exception cref="FormatException">It is malformed, or of a kind that is not served.</exception>
    public static byte[] ToJson(byte[] body)
    {
        if (!body.AsSpan().StartsWith(Magic))
        {
            throw new FormatException("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }

        var (apiVersion, kind, raw) = ReadEnvelope(body);
        var message = ProtobufTable.NameOf(apiVersion, kind);
        var fields = ProtobufTable.Find(message)
            ?? throw new FormatException($"no kind \"{kind}\" is registered for version \"{apiVersion}\"");
        var output = new ArrayBufferWriter<byte>(body.Length * 2);
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion"u8, apiVersion);
            json.WriteString("kind"u8, kind);
            WriteFields(json, fields, body, raw.Start, raw.Length, MostNested);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static (string ApiVersion, string Kind, WireField Raw) ReadEnvelope(byte[] body)
    {
        var (apiVersion, kind, raw) = ("", "", default(WireField));
        var envelope = new ProtobufReader(body.AsSpan(Magic.Length), Magic.Length);
        while (envelope.Read(out var field))
        {
            switch (field)
            {
                case { Number: 1, Length: >= 0 }:
                    var type = new ProtobufReader(body.AsSpan(field.Start, field.Length), field.Start);
                    while (type.Read(out var part))
                    {
                        (apiVersion, kind) = part.Number switch
                        {
                            1 => (Text(body, part), kind),
                            2 => (apiVersion, Text(body, part)),
                            _ => (apiVersion, kind),
                        };
                    }

                    break;
                case { Number: 2, Length: >= 0 }:
                    raw = field;
                    break;
            }
        }

        return (apiVersion, kind, raw);
    }

    private static void WriteFields(Utf8JsonWriter json, FrozenDictionary<int, ProtobufField> fields, byte[] body, int start, int length, int depth)
    {
        if (depth == 0)
        {
            throw new FormatException("the message is nested too deeply");
        }

        // Fields may come in any order, and the parts of a list may stand apart.
        var found = new SortedDictionary<int, List<WireField>>();
        var reader = new ProtobufReader(body.AsSpan(start, length), start);
        while (reader.Read(out var wire))
        {
            if (!found.TryGetValue(wire.Number, out var values))
            {
                found.Add(wire.Number, values = []);
            }

            values.Add(wire);
        }

        foreach (var (number, values) in found)
        {
            if (fields.TryGetValue(number, out var field))
            {
                WriteField(json, field, body, values, depth - 1);
            }
        }
    }

    private static void WriteField(Utf8JsonWriter json, ProtobufField field, byte[] body, List<WireField> values, int depth)
    {
        if (field.Inline)
        {
            WriteFields(json, MessageOf(field), body, values[^1].Start, Math.Max(values[^1].Length, 0), depth);
        }
        else if (field.Map)
        {
            json.WriteStartObject(field.Name);
            foreach (var entry in values)
            {
                WriteEntry(json, field, body, entry, depth);
            }

            json.WriteEndObject();
        }
        else if (field.Repeated)
        {
            json.WriteStartArray(field.Name);
            foreach (var value in values)
            {
                WriteValue(json, field, body, value, depth);
            }

            json.WriteEndArray();
        }
        else if (field.KeepsZero || !IsZero(field, values[^1]))
        {
            json.WritePropertyName(field.Name);
            WriteValue(json, field, body, values[^1], depth);
        }
    }

    private static bool IsZero(ProtobufField field, WireField value) =>
        field.Type != ProtobufType.Message && (value.Length == 0 || (value.Length < 0 && value.Value == 0));

    private static void WriteEntry(Utf8JsonWriter json, ProtobufField field, byte[] body, WireField entry, int depth)
    {
        var key = "";
        var value = new WireField(2, 0, entry.Start, 0);
        var reader = new ProtobufReader(body.AsSpan(entry.Start, Math.Max(entry.Length, 0)), entry.Start);
        while (reader.Read(out var part))
        {
            if (part.Number == 1)
            {
                key = Text(body, part);
            }
            else if (part.Number == 2)
            {
                value = part;
            }
        }

        json.WritePropertyName(key);
        WriteValue(json, field, body, value, depth);
    }

    private static void WriteValue(Utf8JsonWriter json, ProtobufField field, byte[] body, WireField value, int depth)
    {
        switch (field.Type)
        {
            case ProtobufType.Text:
                json.WriteStringValue(Span(body, value));
                break;
            case ProtobufType.Bytes:
                json.WriteBase64StringValue(Span(body, value));
                break;
            case ProtobufType.Boolean:
                json.WriteBooleanValue(value.Value != 0);
                break;
            case ProtobufType.Integer:
                json.WriteNumberValue(unchecked((long)value.Value));
                break;
            case ProtobufType.Real:
                json.WriteNumberValue(BitConverter.UInt64BitsToDouble(value.Value));
                break;
            case ProtobufType.Message:
                json.WriteStartObject();
                WriteFields(json, MessageOf(field), body, value.Start, Math.Max(value.Length, 0), depth);
                json.WriteEndObject();
                break;
            default:
                ProtobufSpecial.Write(json, field, body, value);
                break;
        }
    }

    private static FrozenDictionary<int, ProtobufField> MessageOf(ProtobufField field) =>
        ProtobufTable.Find(field.Message) ?? throw new FormatException($"no message \"{field.Message}\" is registered");

    private static ReadOnlySpan<byte> Span(byte[] body, WireField value) => body.AsSpan(value.Start, Math.Max(value.Length, 0));

    private static string Text(byte[] body, WireField value) => Encoding.UTF8.GetString(Span(body, value));
}
