using System.Globalization;
using System.Text.Json;

namespace Grainhouse.Gateway.Protobuf;

/// <summary>The messages that have a JSON form of their own: times, quantities, numbers or strings, and embedded JSON.</summary>
internal static class ProtobufSpecial
{
    /// <summary>Writes one.</summary>
    public static void Write(Utf8JsonWriter json, ProtobufField field, byte[] body, WireField value)
    {
        var parts = Read(body, value);
        switch (field.Type)
        {
            case ProtobufType.Time:
                WriteTime(json, field.Micro, unchecked((long)parts.Numbers[1]), unchecked((long)parts.Numbers[2]));
                break;
            case ProtobufType.Quantity:
                json.WriteStringValue(body.AsSpan(parts.Texts[1].Start, parts.Texts[1].Length));
                break;
            case ProtobufType.IntOrString when parts.Numbers[1] == 0:
                json.WriteNumberValue(unchecked((int)parts.Numbers[2]));
                break;
            case ProtobufType.IntOrString:
                json.WriteStringValue(body.AsSpan(parts.Texts[3].Start, parts.Texts[3].Length));
                break;
            case ProtobufType.Json:
                WriteJson(json, body.AsSpan(parts.Texts[1].Start, parts.Texts[1].Length));
                break;
            default:
                throw new FormatException($"{field.Name} has no form of its own");
        }
    }

    private static void WriteTime(Utf8JsonWriter json, bool micro, long seconds, long nanoseconds)
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds).AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick);
        json.WriteStringValue(time.ToString(micro ? "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'" : "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    private static void WriteJson(Utf8JsonWriter json, ReadOnlySpan<byte> raw)
    {
        if (raw.IsEmpty)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteRawValue(raw);
        }
    }

    private static (ulong[] Numbers, WireField[] Texts) Read(byte[] body, WireField value)
    {
        var numbers = new ulong[4];
        var texts = new WireField[4];
        var reader = new ProtobufReader(body.AsSpan(value.Start, Math.Max(value.Length, 0)), value.Start);
        while (reader.Read(out var part))
        {
            if (part.Number is < 1 or > 3)
            {
                continue;
            }

            if (part.Length < 0)
            {
                numbers[part.Number] = part.Value;
            }
            else
            {
                texts[part.Number] = part;
            }
        }

        return (numbers, texts);
    }
}
