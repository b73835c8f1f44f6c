using System.Text.Json;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Api;

namespace Grainhouse.Gateway.Calls;

/// <summary>List documents as messages.</summary>
internal static class ListMessages
{
    /// <summary>Takes a list apart. Its items share the document's memory and are not decoded.</summary>
    public static ListResponse Make(ReadOnlyMemory<byte> document, View view)
    {
        var response = new ListResponse();
        var reader = new Utf8JsonReader(document.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("metadata"u8))
            {
                reader.Read();
                ReadMetadata(ref reader, response);
            }
            else if (reader.ValueTextEquals("items"u8))
            {
                ReadItems(ref reader, document, view, response);
            }
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        return response;
    }

    private static void ReadMetadata(ref Utf8JsonReader reader, ListResponse response)
    {
        using var metadata = JsonDocument.ParseValue(ref reader);
        response.ResourceVersion = metadata.RootElement.At("resourceVersion").Text();
        response.Continue = metadata.RootElement.At("continue").Text();
        if (metadata.RootElement.At("remainingItemCount") is { ValueKind: JsonValueKind.Number } remaining)
        {
            response.Remaining = remaining.Number();
        }
    }

    private static void ReadItems(ref Utf8JsonReader reader, ReadOnlyMemory<byte> document, View view, ListResponse response)
    {
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            response.Items.Add(ObjectMessages.Make(document[start..(int)reader.BytesConsumed], view));
        }
    }
}
