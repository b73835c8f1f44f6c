using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Gateway.Protobuf;

namespace Grainhouse.Gateway.Tests.Protobuf;

public sealed class ProtobufRoundTripTests
{
    private static readonly (string ApiVersion, string Kind)[] Kinds =
    [
        ("v1", "Pod"), ("v1", "Node"), ("v1", "Service"), ("v1", "Secret"), ("v1", "ConfigMap"), ("v1", "Event"), ("v1", "Endpoints"), ("v1", "PersistentVolume"),
        ("v1", "Status"), ("v1", "DeleteOptions"), ("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("batch/v1", "CronJob"), ("autoscaling/v2", "HorizontalPodAutoscaler"),
        ("coordination.k8s.io/v1", "Lease"), ("discovery.k8s.io/v1", "EndpointSlice"), ("networking.k8s.io/v1", "Ingress"), ("policy/v1", "PodDisruptionBudget"),
        ("rbac.authorization.k8s.io/v1", "ClusterRole"), ("authorization.k8s.io/v1", "SubjectAccessReview"), ("authentication.k8s.io/v1", "TokenReview"),
        ("events.k8s.io/v1", "Event"), ("storage.k8s.io/v1", "CSINode"), ("meta.k8s.io/v1", "PartialObjectMetadata"), ("certificates.k8s.io/v1", "CertificateSigningRequest"),
    ];

    [Fact]
    public void EncodeThenDecode_RandomDocuments_Same()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var random = new Random(seed);
            var (apiVersion, kind) = Kinds[seed % Kinds.Length];
            var message = ProtobufTable.Find(apiVersion, kind);
            Assert.True(message is not null, $"{apiVersion} {kind}");
            var document = RandomMessages.Object(random, message, 6);
            document["apiVersion"] = apiVersion;
            document["kind"] = kind;

            var writer = new ProtobufWriter();
            ProtobufEnvelope.Write(writer, Encoding.UTF8.GetBytes(RandomMessages.Text(document, escaped: seed % 2 == 0)));
            var back = JsonNode.Parse(ProtobufBody.ToJson(writer.Written.ToArray()));

            Assert.True(JsonNode.DeepEquals(document, back), $"seed {seed}, {kind}:\n{document.ToJsonString()}\n{back!.ToJsonString()}");
        }
    }

    [Fact]
    public void Decode_DamagedMessages_GivesJsonOrRefuses()
    {
        for (var seed = 0; seed < 20_000; seed++)
        {
            var random = new Random(seed);
            var (apiVersion, kind) = Kinds[seed % Kinds.Length];
            var document = RandomMessages.Object(random, ProtobufTable.Find(apiVersion, kind)!, 4);
            document["apiVersion"] = apiVersion;
            document["kind"] = kind;
            var writer = new ProtobufWriter();
            ProtobufEnvelope.Write(writer, Encoding.UTF8.GetBytes(document.ToJsonString()));
            var body = writer.Written.ToArray();
            for (var damage = random.Next(1, 4); damage > 0; damage--)
            {
                body[random.Next(4, body.Length)] = (byte)random.Next(256);
            }

            try
            {
                JsonNode.Parse(ProtobufBody.ToJson(body));
            }
            catch (Exception error) when (error is FormatException or OverflowException or ArgumentException or System.Text.Json.JsonException)
            {
                // What RequestBody answers with 400.
            }
        }
    }

    [Fact]
    public void Encode_Revision_IsTheMetadatasResourceVersion()
    {
        var writer = new ProtobufWriter();
        var start = ProtobufEnvelope.Begin(writer, "v1", "ConfigMap");
        ProtobufEncoder.Write("""{"metadata":{"name":"a"},"data":{"k":"v"}}"""u8, ProtobufTable.Find("v1", "ConfigMap")!, writer, 17);
        ProtobufEnvelope.End(writer, start);

        var json = JsonNode.Parse(ProtobufBody.ToJson(writer.Written.ToArray()))!;

        Assert.Equal(("a", "17", "v"), ((string?)json["metadata"]!["name"], (string?)json["metadata"]!["resourceVersion"], (string?)json["data"]!["k"]));
    }

    [Fact]
    public void Encode_WrongType_Throws() => Assert.Throws<FormatException>(
        () => ProtobufEncoder.Write("""{"metadata":{"generation":"one"}}"""u8, ProtobufTable.Find("v1", "Pod")!, new ProtobufWriter()));

    [Theory]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(2_100_000)]
    public void Encode_LongText_Same(int length)
    {
        var text = new string('x', length);
        var writer = new ProtobufWriter();
        ProtobufEnvelope.Write(writer, Encoding.UTF8.GetBytes($$$"""{"kind":"ConfigMap","apiVersion":"v1","data":{"k":"{{{text}}}"},"metadata":{"name":"a"}}"""));

        Assert.Equal(text, (string?)JsonNode.Parse(ProtobufBody.ToJson(writer.Written.ToArray()))!["data"]!["k"]);
    }
}
