using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grainhouse.Planning.Objects.Json;

/// <summary>Document trees made at once (not lazily as <see cref="JsonNode"/> does): every leaf is a string, a bool, a long or a raw number.</summary>
internal static class JsonTree
{
    /// <summary>Deeper documents are refused, as by the Kubernetes API server's JSON decoder in spirit; it also bounds the stack.</summary>
    public const int MaxDepth = 256;

    private static readonly JsonWriterOptions WriterOptions =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? cachedWriter;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? cachedBuffer;

    public static JsonReaderOptions ReaderOptions { get; } = new() { MaxDepth = MaxDepth };

    /// <summary>Parses any JSON. A name that is there twice has the last value.</summary>
    /// <exception cref="JsonException">The text is not one JSON value.</exception>
    public static JsonNode? Parse(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, ReaderOptions);
        reader.Read();
        var value = ReadValue(ref reader);
        reader.Read();
        return value;
    }

    /// <summary>Reads the value that the reader stands on.</summary>
    public static JsonNode? ReadValue(ref Utf8JsonReader reader)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                var node = new JsonObject();
                while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var name = reader.GetString()!;
                    reader.Read();
                    node[name] = ReadValue(ref reader);
                }

                return node;
            case JsonTokenType.StartArray:
                var list = new JsonArray();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                {
                    list.Add(ReadValue(ref reader));
                }

                return list;
            case JsonTokenType.String:
                return JsonValue.Create(reader.GetString());
            case JsonTokenType.Number:
                return reader.TryGetInt64(out var number) ? JsonValue.Create(number) : JsonValue.Create(JsonElement.ParseValue(ref reader));
            case JsonTokenType.True:
                return JsonValue.Create(true);
            case JsonTokenType.False:
                return JsonValue.Create(false);
            default:
                return null;
        }
    }

    /// <summary>UTF-8, compact.</summary>
    public static byte[] Write(JsonNode node) => Write(node, static (writer, value, _) => value.WriteTo(writer), default);

    /// <summary>UTF-8, compact, with JSON that exists already as <c>metadata.managedFields</c>; none if that is empty.</summary>
    public static byte[] Write(JsonObject document, ReadOnlySpan<byte> managedFields) =>
        managedFields.IsEmpty ? Write(document) : Write(document, WriteManaged, managedFields);

    private static void WriteManaged(Utf8JsonWriter writer, JsonObject document, ReadOnlySpan<byte> managedFields)
    {
        writer.WriteStartObject();
        foreach (var (name, value) in document)
        {
            writer.WritePropertyName(name);
            if (name == "metadata" && value is JsonObject metadata)
            {
                writer.WriteStartObject();
                foreach (var (field, given) in metadata)
                {
                    writer.WritePropertyName(field);
                    WriteValue(writer, given);
                }

                writer.WritePropertyName("managedFields"u8);
                writer.WriteRawValue(managedFields, skipInputValidation: true);
                writer.WriteEndObject();
            }
            else
            {
                WriteValue(writer, value);
            }
        }

        writer.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter writer, JsonNode? value)
    {
        if (value is null)
        {
            writer.WriteNullValue();
        }
        else
        {
            value.WriteTo(writer);
        }
    }

    private static byte[] Write<T>(T node, Action<Utf8JsonWriter, T, ReadOnlySpan<byte>> write, ReadOnlySpan<byte> more)
    {
        var buffer = cachedBuffer ??= new ArrayBufferWriter<byte>(4096);
        var writer = cachedWriter ??= new Utf8JsonWriter(Stream.Null, WriterOptions);
        buffer.ResetWrittenCount();
        writer.Reset(buffer);
        write(writer, node, more);
        writer.Flush();
        var bytes = buffer.WrittenSpan.ToArray();
        if (buffer.Capacity > 1 << 20)
        {
            cachedBuffer = null;
        }

        return bytes;
    }

    /// <summary>How many objects and lists stand in each other, this one counted; 0 for a leaf.</summary>
    public static int Depth(JsonNode? node) => node switch
    {
        JsonObject { Count: > 0 } members => 1 + members.Max(member => Depth(member.Value)),
        JsonArray { Count: > 0 } items => 1 + items.Max(Depth),
        JsonObject or JsonArray => 1,
        _ => 0,
    };

    /// <summary>Whether two values mean the same: members in any order, numbers by value.</summary>
    public static bool Equal(JsonNode? one, JsonNode? other)
    {
        switch (one)
        {
            case null:
                return other is null;
            case JsonObject members:
                return other is JsonObject others && EqualMembers(members, others);
            case JsonArray items:
                return other is JsonArray otherItems && EqualItems(items, otherItems);
            default:
                return other is JsonValue otherValue && EqualValues((JsonValue)one, otherValue);
        }
    }

    private static bool EqualMembers(JsonObject one, JsonObject other)
    {
        if (one.Count != other.Count)
        {
            return false;
        }

        foreach (var (name, value) in one)
        {
            if (!other.TryGetPropertyValue(name, out var otherValue) || !Equal(value, otherValue))
            {
                return false;
            }
        }

        return true;
    }

    private static bool EqualItems(JsonArray one, JsonArray other)
    {
        if (one.Count != other.Count)
        {
            return false;
        }

        for (var i = 0; i < one.Count; i++)
        {
            if (!Equal(one[i], other[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static bool EqualValues(JsonValue one, JsonValue other)
    {
        if (one.TryGetValue(out string? text))
        {
            return other.TryGetValue(out string? otherText) && string.Equals(text, otherText, StringComparison.Ordinal);
        }

        if (one.TryGetValue(out bool flag))
        {
            return other.TryGetValue(out bool otherFlag) && flag == otherFlag;
        }

        if (one.TryGetValue(out long number) && other.TryGetValue(out long otherNumber))
        {
            return number == otherNumber;
        }

        return other.GetValueKind() == JsonValueKind.Number && AsDecimal(one) is { } left && AsDecimal(other) is { } right
            ? left == right
            : string.Equals(one.ToJsonString(), other.ToJsonString(), StringComparison.Ordinal);
    }

    private static decimal? AsDecimal(JsonValue value) =>
        decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;
}
