using System.Buffers;
using System.Text;
using System.Text.Json;
using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Gateway.Responses;

/// <summary>meta.k8s.io PartialObjectMetadata: an object's metadata, copied as it stands.</summary>
internal static class PartialMetadata
{
    /// <summary>Writes it.</summary>
    public static void Write(IBufferWriter<byte> output, KubeObject item, string version)
    {
        output.Write("{\"kind\":\"PartialObjectMetadata\",\"apiVersion\":\"meta.k8s.io/"u8);
        Encoding.ASCII.GetBytes(version, output);
        output.Write("\",\"metadata\":"u8);
        var metadata = Find(item.Document.Span);
        if (item.Revision == 0)
        {
            output.Write(metadata);
        }
        else
        {
            output.Write("{\"resourceVersion\":\""u8);
            Encoding.ASCII.GetBytes(item.Revision.ToString(), output);
            output.Write("\","u8);
            output.Write(metadata[1..]);
        }

        output.Write("}"u8);
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> document)
    {
        var reader = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 512 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals("metadata"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (found)
            {
                return document[start..(int)reader.BytesConsumed];
            }
        }

        throw new InvalidDataException("A stored document has no metadata.");
    }
}
