using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grainhouse.Gateway.Protobuf;

namespace Grainhouse.Gateway.Tests.Protobuf;

/// <summary>A list as a client reads it, by Google's reader of the wire format.</summary>
internal sealed record ProtobufLists(string ApiVersion, string Kind, string Continue, long Remaining, List<JsonNode> Items)
{
    public static ProtobufLists Read(byte[] body)
    {
        Assert.Equal("k8s\0"u8, body.AsSpan(0, 4));
        var envelope = Fields(body.AsSpan(4).ToArray());
        var type = Fields(envelope.First(field => field.Number == 1).Bytes);
        var list = Fields(envelope.First(field => field.Number == 2).Bytes);
        var metadata = Fields(list.First(field => field.Number == 1).Bytes);
        var (apiVersion, kind) = (Text(type, 1), Text(type, 2));
        var items = list.Where(field => field.Number == 2).Select(field => Item(apiVersion, kind[..^"List".Length], field.Bytes));
        return new ProtobufLists(apiVersion, kind, Text(metadata, 3), metadata.FirstOrDefault(field => field.Number == 4).Value, [.. items]);
    }

    public static (string Type, JsonNode Item) ReadEvent(byte[] frame)
    {
        var fields = Fields(frame);
        var extension = Fields(fields.First(field => field.Number == 2).Bytes);
        return (Text(fields, 1), JsonNode.Parse(ProtobufBody.ToJson(extension.Single().Bytes))!);
    }

    private static JsonNode Item(string apiVersion, string kind, byte[] message)
    {
        var writer = new ProtobufWriter();
        var start = ProtobufEnvelope.Begin(writer, apiVersion, kind);
        writer.Raw(message);
        ProtobufEnvelope.End(writer, start);
        return JsonNode.Parse(ProtobufBody.ToJson(writer.Written.ToArray()))!;
    }

    private static string Text(List<(int Number, long Value, byte[] Bytes)> fields, int number) =>
        Encoding.UTF8.GetString(fields.FirstOrDefault(field => field.Number == number).Bytes ?? []);

    private static List<(int Number, long Value, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new List<(int, long, byte[])>();
        using var input = new CodedInputStream(message);
        while (input.ReadTag() is > 0 and var tag)
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            fields.Add(WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint ? (number, input.ReadInt64(), []) : (number, 0, input.ReadBytes().ToByteArray()));
        }

        return fields;
    }
}
