using System.Text;
using System.Text.Json.Nodes;
using FsCheck;
using FsCheck.Fluent;
using Google.Protobuf;
using Grainhouse.Gateway.Protobuf;

namespace Grainhouse.Gateway.Tests.Protobuf;

public sealed class ProtobufBodyTests
{
    [Fact]
    public void ToJson_Deployment_HasItsFields()
    {
        var container = Message((1, "web"), (2, "nginx"));
        var template = Message((2, Message((2, container))));
        var selector = Message((1, Message((1, "app"), (2, "web"))));
        var spec = Message((1, 0L), (2, selector), (3, template));
        var body = Envelope("apps/v1", "Deployment", Message((1, Message((1, "web"), (2, ""))), (2, spec)));

        var json = JsonNode.Parse(ProtobufBody.ToJson(body))!;

        Assert.Equal("Deployment", json["kind"]!.GetValue<string>());
        Assert.Equal("web", json["metadata"]!["name"]!.GetValue<string>());
        Assert.Null(json["metadata"]!["generateName"]);
        Assert.Equal(0, json["spec"]!["replicas"]!.GetValue<int>());
        Assert.Equal("web", json["spec"]!["selector"]!["matchLabels"]!["app"]!.GetValue<string>());
        Assert.Equal("nginx", json["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>());
    }

    [Fact]
    public void ToJson_InlineMessages_StandInTheObjectAround()
    {
        var keyRef = Message((1, Message((1, "settings"))), (2, "color"));
        var variable = Message((1, "COLOR"), (3, Message((3, keyRef))));
        var pod = Message((2, Message((2, Message((1, "main"), (7, variable))))));

        var json = JsonNode.Parse(ProtobufBody.ToJson(Envelope("v1", "Pod", pod)))!;

        var read = json["spec"]!["containers"]![0]!["env"]![0]!["valueFrom"]!["configMapKeyRef"]!;
        Assert.Equal("""{"name":"settings","key":"color"}""", read.ToJsonString());
    }

    [Fact]
    public void ToJson_SecretData_IsBase64()
    {
        var entry = Message((1, "password"), (2, "hunter2"));

        var json = JsonNode.Parse(ProtobufBody.ToJson(Envelope("v1", "Secret", Message((2, entry)))))!;

        Assert.Equal("aHVudGVyMg==", json["data"]!["password"]!.GetValue<string>());
    }

    [Fact]
    public void ToJson_UnknownKind_SaysSo()
    {
        var error = Assert.Throws<FormatException>(() => ProtobufBody.ToJson(Envelope("v1", "Gizmo", [])));

        Assert.Equal("no kind \"Gizmo\" is registered for version \"v1\"", error.Message);
    }

    [Fact]
    public void ToJson_AnyBytes_GivesJsonOrRefuses() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            try
            {
                JsonNode.Parse(ProtobufBody.ToJson(Envelope("v1", "Pod", bytes)));
            }
            catch (Exception error) when (error is FormatException or OverflowException or ArgumentException or System.Text.Json.JsonException)
            {
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2_000));

    private static byte[] Envelope(string apiVersion, string kind, byte[] raw) =>
        [.. "k8s\0"u8, .. Message((1, Message((1, apiVersion), (2, kind))), (2, raw))];

    private static byte[] Message(params (int Number, object Value)[] fields)
    {
        using var memory = new MemoryStream();
        using var output = new CodedOutputStream(memory);
        foreach (var (number, value) in fields)
        {
            if (value is long integer)
            {
                output.WriteTag(number, WireFormat.WireType.Varint);
                output.WriteInt64(integer);
            }
            else
            {
                output.WriteTag(number, WireFormat.WireType.LengthDelimited);
                output.WriteBytes(ByteString.CopyFrom(value as byte[] ?? Encoding.UTF8.GetBytes((string)value)));
            }
        }

        output.Flush();
        return memory.ToArray();
    }
}
