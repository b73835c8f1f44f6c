using System.Text.Json;
using Grainhouse.Fuzz.Tests.Corpus;
using Grainhouse.Gateway.Protobuf;
using Grainhouse.Testing.Fuzzing;

namespace Grainhouse.Fuzz.Tests.Targets;

/// <summary>Bodies in the API's protobuf form: what is taken is JSON that an object may be.</summary>
internal static class ProtobufBodies
{
    public static FuzzTarget Target { get; } = new([.. Manifests.Json.Select(Encode).OfType<byte[]>()], [[0x0A], [0x12], [0x1A, 0x00], [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01], "k8s\0"u8.ToArray()], Take);

    private static string Take(byte[] body)
    {
        byte[] json;
        try
        {
            json = ProtobufBody.ToJson(body);
        }
        catch (Exception error) when (error is FormatException or OverflowException or ArgumentException or JsonException)
        {
            return Ending.Of(error.Message);
        }

        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 256 });
        return Documents.Take(json);
    }

    private static byte[]? Encode(byte[] json)
    {
        var output = new ProtobufWriter();
        try
        {
            ProtobufEnvelope.Write(output, json);
        }
        catch (FormatException)
        {
            // Of a kind without a protobuf form.
            return null;
        }

        return [.. ProtobufEnvelope.Magic, .. output.Written];
    }
}
