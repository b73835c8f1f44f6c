using System.Text.Encodings.Web;
using System.Text.Json;

namespace Grainhouse.Gateway.Responses;

/// <summary>How JSON is written: compact, with no character escaped that JSON does not ask to be.</summary>
internal static class JsonOutput
{
    /// <summary>Compact and unchecked: everything written with it is written by code that tests cover.</summary>
    public static JsonWriterOptions Options { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>For people.</summary>
    public static JsonWriterOptions Pretty { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true, Indented = true, IndentSize = 2 };

    /// <summary>Rewrites a document for people.</summary>
    public static void Indent(ReadOnlySpan<byte> document, Utf8JsonWriter output)
    {
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 512 });
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.StartObject:
                    output.WriteStartObject();
                    break;
                case JsonTokenType.EndObject:
                    output.WriteEndObject();
                    break;
                case JsonTokenType.StartArray:
                    output.WriteStartArray();
                    break;
                case JsonTokenType.EndArray:
                    output.WriteEndArray();
                    break;
                case JsonTokenType.PropertyName:
                    output.WritePropertyName(reader.GetString()!);
                    break;
                case JsonTokenType.String:
                    output.WriteStringValue(reader.GetString());
                    break;
                default:
                    output.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                    break;
            }
        }
    }
}
