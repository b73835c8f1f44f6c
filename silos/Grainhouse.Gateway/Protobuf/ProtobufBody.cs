using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Grainhouse.Gateway.Protobuf;

/// <summary>Turns bodies in the API's protobuf form into JSON: kubectl and Go clients send them for the built-in kinds.</summary>
/// <remarks>
/// Which field is what is data (<see cref="ProtobufTable"/>); fields that the table does not know are newer than it and are passed
/// over. Fields may come in any order, and parts of a list or of a message may stand apart (protobuf.dev, Encoding).
/// </remarks>
internal static class ProtobufBody
{
    /// <summary>The media type.</summary>
    public const string MediaType = "application/vnd.kubernetes.protobuf";

    private const int MostNested = 32;

    /// <summary>Converts a body.</summary>
    /// <exception cref="FormatException">It is malformed, or of a kind that is not served.</exception>
    public static byte[] ToJson(byte[] body)
    {
        if (!body.AsSpan().StartsWith(ProtobufEnvelope.Magic))
        {
            throw new FormatException("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]");
        }

        var (apiVersion, kind, raw) = ReadEnvelope(body);
        var message = ProtobufTable.Find(apiVersion, kind)
            ?? throw new FormatException($"no kind \"{kind}\" is registered for version \"{apiVersion}\"");
        var output = new ArrayBufferWriter<byte>(body.Length * 2);
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion"u8, apiVersion);
            json.WriteString("kind"u8, kind);
            WriteFields(json, message, body, [raw], MostNested);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static (string ApiVersion, string Kind, WireField Raw) ReadEnvelope(byte[] body)
    {
        var (apiVersion, kind, raw) = ("", "", default(WireField));
        var envelope = new ProtobufReader(body.AsSpan(ProtobufEnvelope.Magic.Length), ProtobufEnvelope.Magic.Length);
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

    private static void WriteFields(Utf8JsonWriter json, ProtobufMessage message, byte[] body, ReadOnlySpan<WireField> parts, int depth)
    {
        if (depth == 0)
        {
            throw new FormatException("the message is nested too deeply");
        }

        var found = Collect(body, parts);
        for (var first = 0; first < found.Length;)
        {
            var number = found[first].Number;
            var next = first + 1;
            while (next < found.Length && found[next].Number == number)
            {
                next++;
            }

            if (message.Find(number) is { } field)
            {
                WriteField(json, field, body, found[first..next], depth - 1);
            }

            first = next;
        }
    }

    // The fields by number; those of one number as they came.
    private static Span<WireField> Collect(byte[] body, ReadOnlySpan<WireField> parts)
    {
        var found = new List<WireField>();
        var isSorted = true;
        foreach (var part in parts)
        {
            var reader = new ProtobufReader(Span(body, part), part.Start);
            while (reader.Read(out var field))
            {
                isSorted &= found.Count == 0 || found[^1].Number <= field.Number;
                found.Add(field);
            }
        }

        return CollectionsMarshal.AsSpan(isSorted ? found : [.. found.OrderBy(field => field.Number)]);
    }

    private static void WriteField(Utf8JsonWriter json, ProtobufField field, byte[] body, ReadOnlySpan<WireField> values, int depth)
    {
        if (field.Inline)
        {
            WriteFields(json, field.Target, body, values, depth);
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
            WriteItems(json, field, body, values, depth);
            json.WriteEndArray();
        }
        else if (field is { Type: ProtobufType.Message, Target.Whole: null })
        {
            json.WriteStartObject(field.Name);
            WriteFields(json, field.Target, body, values, depth);
            json.WriteEndObject();
        }
        else if (field.KeepsZero || !IsZero(field, values[^1]))
        {
            json.WritePropertyName(field.Name);
            WriteValue(json, field, body, values[^1], depth);
        }
    }

    private static bool IsZero(ProtobufField field, WireField value) =>
        field.Type != ProtobufType.Message && (value.Length == 0 || (value.Length < 0 && value.Value == 0));

    private static void WriteItems(Utf8JsonWriter json, ProtobufField field, byte[] body, ReadOnlySpan<WireField> values, int depth)
    {
        foreach (var value in values)
        {
            if (field.Type == ProtobufType.Integer && value.Length >= 0)
            {
                var packed = new ProtobufReader(Span(body, value), value.Start);
                while (packed.ReadNumber(out var number))
                {
                    json.WriteNumberValue(unchecked((long)number));
                }
            }
            else
            {
                WriteValue(json, field, body, value, depth);
            }
        }
    }

    private static void WriteEntry(Utf8JsonWriter json, ProtobufField field, byte[] body, WireField entry, int depth)
    {
        var key = "";
        var value = field.IsNumber ? new WireField(2, 0, 0, -1) : new WireField(2, 0, entry.Start, 0);
        var reader = new ProtobufReader(Span(body, entry), entry.Start);
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
        if (field.IsNumber != value.Length < 0)
        {
            throw new FormatException($"proto: wrong wireType for field {field.Name}");
        }

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
            case ProtobufType.Message when field.Target.Whole is { } list:
                json.WriteStartArray();
                foreach (var item in Collect(body, [value]))
                {
                    WriteItems(json, list, body, [item], depth);
                }

                json.WriteEndArray();
                break;
            case ProtobufType.Message:
                json.WriteStartObject();
                WriteFields(json, field.Target, body, [value], depth);
                json.WriteEndObject();
                break;
            default:
                ProtobufSpecial.Write(json, field, body, value);
                break;
        }
    }

    private static ReadOnlySpan<byte> Span(byte[] body, WireField value) => body.AsSpan(value.Start, Math.Max(value.Length, 0));

    private static string Text(byte[] body, WireField value) => Encoding.UTF8.GetString(Span(body, value));
}
