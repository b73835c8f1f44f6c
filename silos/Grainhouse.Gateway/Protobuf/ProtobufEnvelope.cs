using System.Text.Json;

namespace Grainhouse.Gateway.Protobuf;

/// <summary>The frame around every message: four bytes <c>k8s\0</c> and a runtime.Unknown (type, bytes, two texts that stay empty).</summary>
internal static class ProtobufEnvelope
{
    /// <summary>The first four bytes.</summary>
    public static ReadOnlySpan<byte> Magic => "k8s\0"u8;

    // contentEncoding and contentType, which upstream writes too.
    private static ReadOnlySpan<byte> Tail => [0x1A, 0, 0x22, 0];

    /// <summary>Begins one.</summary>
    /// <returns>What <see cref="End"/> needs.</returns>
    public static int Begin(ProtobufWriter output, string apiVersion, string kind)
    {
        WriteType(output, apiVersion, kind);
        return output.Begin(2);
    }

    /// <summary>Ends one.</summary>
    public static void End(ProtobufWriter output, int start)
    {
        output.End(start);
        output.Raw(Tail);
    }

    /// <summary>Writes what stands before a message of a known length.</summary>
    public static void WriteHead(ProtobufWriter output, string apiVersion, string kind, long length)
    {
        WriteType(output, apiVersion, kind);
        output.Varint(2 << 3 | 2);
        output.Varint((ulong)length);
    }

    /// <summary>Writes what stands behind it.</summary>
    public static void WriteTail(ProtobufWriter output) => output.Raw(Tail);

    /// <summary>Writes a document that says its own kind.</summary>
    /// <exception cref="FormatException">The table does not know the kind, or the document is not of it.</exception>
    public static void Write(ProtobufWriter output, ReadOnlySpan<byte> document)
    {
        var (apiVersion, kind) = TypeOf(document);
        var message = ProtobufTable.Find(apiVersion, kind) ?? throw new FormatException($"no kind \"{kind}\" is registered for version \"{apiVersion}\"");
        var start = Begin(output, apiVersion, kind);
        ProtobufEncoder.Write(document, message, output);
        End(output, start);
    }

    private static void WriteType(ProtobufWriter output, string apiVersion, string kind)
    {
        output.Raw(Magic);
        var type = output.Begin(1);
        output.Text(1, apiVersion);
        output.Text(2, kind);
        output.End(type);
    }

    private static (string ApiVersion, string Kind) TypeOf(ReadOnlySpan<byte> document)
    {
        var (apiVersion, kind) = ("", "");
        var json = new Utf8JsonReader(document, new JsonReaderOptions { MaxDepth = 512 });
        json.Read();
        while ((apiVersion.Length == 0 || kind.Length == 0) && json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var isVersion = json.ValueTextEquals("apiVersion"u8);
            var isKind = !isVersion && json.ValueTextEquals("kind"u8);
            json.Read();
            if (isVersion)
            {
                apiVersion = json.GetString()!;
            }
            else if (isKind)
            {
                kind = json.GetString()!;
            }
            else
            {
                json.Skip();
            }
        }

        return (apiVersion, kind);
    }
}
