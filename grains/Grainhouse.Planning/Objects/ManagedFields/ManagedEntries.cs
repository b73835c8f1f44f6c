using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary><c>metadata.managedFields</c> as bytes and as entries.</summary>
internal static class ManagedEntries
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? cachedWriter;

    [ThreadStatic]
    private static ArrayBufferWriter<byte>? cachedBuffer;

    /// <summary>Reads the array. Nothing in it is checked but its types.</summary>
    /// <param name="json">UTF-8; empty for no entries.</param>
    /// <param name="canonical">Whether the server wrote it.</param>
    /// <exception cref="FormatException">A value has another type than ManagedFieldsEntry says.</exception>
    public static List<ManagedEntry> Read(ReadOnlyMemory<byte> json, bool canonical)
    {
        var entries = new List<ManagedEntry>();
        if (json.IsEmpty)
        {
            return entries;
        }

        var reader = new Utf8JsonReader(json.Span);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw new FormatException("json: cannot unmarshal into Go struct field ObjectMeta.metadata.managedFields of type []v1.ManagedFieldsEntry");
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            entries.Add(ReadEntry(ref reader, json, canonical));
        }

        return entries;
    }

    /// <summary>Writes the array in upstream's order: applies before updates, older before newer, then by name.</summary>
    public static ReadOnlyMemory<byte> Write(List<ManagedEntry> entries)
    {
        if (entries.Count == 0)
        {
            return default;
        }

        entries.Sort(InOrder);
        var buffer = cachedBuffer ??= new ArrayBufferWriter<byte>(4096);
        var json = cachedWriter ??= new Utf8JsonWriter(Stream.Null, WriterOptions);
        buffer.ResetWrittenCount();
        json.Reset(buffer);
        json.WriteStartArray();
        foreach (var entry in entries)
        {
            WriteEntry(json, entry);
        }

        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static ManagedEntry ReadEntry(ref Utf8JsonReader reader, ReadOnlyMemory<byte> json, bool canonical)
    {
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("json: cannot unmarshal into Go struct field ObjectMeta.metadata.managedFields of type v1.ManagedFieldsEntry");
        }

        string manager = "", operation = "", apiVersion = "", subresource = "";
        string? time = null;
        ReadOnlyMemory<byte> fields = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = FieldNames.Get(reader.ValueSpan);
            reader.Read();
            if (name == "fieldsV1")
            {
                var start = (int)reader.TokenStartIndex;
                var given = reader.TokenType != JsonTokenType.Null;
                reader.Skip();
                fields = given ? json[start..(int)reader.BytesConsumed] : default;
                continue;
            }

            var text = reader.TokenType switch
            {
                JsonTokenType.String => reader.ValueIsEscaped ? reader.GetString() : FieldNames.Get(reader.ValueSpan),
                JsonTokenType.Null => null,
                _ => throw new FormatException($"json: cannot unmarshal into Go struct field ManagedFieldsEntry.metadata.managedFields.{name} of type string"),
            };
            switch (name)
            {
                case "manager":
                    manager = text ?? "";
                    break;
                case "operation":
                    operation = text ?? "";
                    break;
                case "apiVersion":
                    apiVersion = text ?? "";
                    break;
                case "subresource":
                    subresource = text ?? "";
                    break;
                case "time" when text is not null:
                    time = canonical ? text
                        : Timestamps.Parse(text) is { } parsed ? Timestamps.Text(parsed)
                        : throw new FormatException($"parsing time \"{text}\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"{text}\" as \"2006\"");
                    break;
            }
        }

        return new ManagedEntry(manager, operation, apiVersion, subresource, time, fields, canonical);
    }

    // As Go writes the struct: then what a Go client read and sent back is the same bytes.
    private static void WriteEntry(Utf8JsonWriter json, ManagedEntry entry)
    {
        json.WriteStartObject();
        WriteIfAny(json, "manager"u8, entry.Manager);
        WriteIfAny(json, "operation"u8, entry.Operation);
        WriteIfAny(json, "apiVersion"u8, entry.ApiVersion);
        WriteIfAny(json, "time"u8, entry.Time ?? "");
        json.WriteString("fieldsType"u8, "FieldsV1"u8);
        json.WritePropertyName("fieldsV1"u8);
        if (entry.IsCanonical)
        {
            json.WriteRawValue(entry.Raw.Span, skipInputValidation: true);
        }
        else
        {
            FieldSetJson.Write(json, entry.Fields);
        }

        WriteIfAny(json, "subresource"u8, entry.Subresource);
        json.WriteEndObject();
    }

    private static void WriteIfAny(Utf8JsonWriter json, ReadOnlySpan<byte> name, string value)
    {
        if (value.Length > 0)
        {
            json.WriteString(name, value);
        }
    }

    private static int InOrder(ManagedEntry one, ManagedEntry other)
    {
        var order = string.CompareOrdinal(one.Operation, other.Operation);
        order = order != 0 ? order : string.CompareOrdinal(one.Time ?? "", other.Time ?? "");
        order = order != 0 ? order : string.CompareOrdinal(one.Manager, other.Manager);
        order = order != 0 ? order : string.CompareOrdinal(one.ApiVersion, other.ApiVersion);
        return order != 0 ? order : string.CompareOrdinal(one.Subresource, other.Subresource);
    }
}
