using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Grainhouse.Gateway.Protobuf;

namespace Grainhouse.Gateway.Tests.Protobuf;

public sealed class ProtobufAnswerTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private const string Accept = "application/vnd.kubernetes.protobuf,application/json";
    private const string PartialAccept = "application/vnd.kubernetes.protobuf;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

    private static string Pod(string name) =>
        $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{name}}}","labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""";

    [Fact]
    public async Task Get_Object_IsItsMessage()
    {
        var revision = gateway.Cluster.Put("pods/p1/a", Pod("a")).Revision;

        var (code, type, body) = await GetAsync("/api/v1/namespaces/p1/pods/a", Accept);

        var json = JsonNode.Parse(ProtobufBody.ToJson(body))!;
        Assert.Equal((200, ProtobufBody.MediaType, "i", revision.ToString()),
            (code, type, (string?)json["spec"]!["containers"]![0]!["image"], (string?)json["metadata"]!["resourceVersion"]));
    }

    [Fact]
    public async Task Get_Unknown_StatusMessage()
    {
        var (code, type, body) = await GetAsync("/api/v1/namespaces/p1/pods/nobody", Accept);

        var json = JsonNode.Parse(ProtobufBody.ToJson(body))!;
        Assert.Equal((404, ProtobufBody.MediaType, "NotFound", "nobody"), (code, type, (string?)json["reason"], (string?)json["details"]!["name"]));
    }

    [Theory]
    [InlineData(Accept, "v1", "PodList", true)]
    [InlineData(PartialAccept, "meta.k8s.io/v1", "PartialObjectMetadataList", false)]
    public async Task List_Pages_EnvelopeOfAListMessage(string accept, string apiVersion, string kind, bool whole)
    {
        // More than one piece of rented memory, and lengths of every size.
        foreach (var number in Enumerable.Range(0, 700))
        {
            gateway.Cluster.Put($"pods/p2{kind}/n{number:000}", Pod($"n{number:000}" + new string('x', number % 200)));
        }

        var (_, type, body) = await GetAsync($"/api/v1/namespaces/p2{kind}/pods?limit=600", accept);

        var list = ProtobufLists.Read(body);
        Assert.Equal((ProtobufBody.MediaType, apiVersion, kind, 600, 100L), (type, list.ApiVersion, list.Kind, list.Items.Count, list.Remaining));
        Assert.NotEmpty(list.Continue);
        Assert.All(list.Items.Index(), item => Assert.StartsWith($"n{item.Index:000}", (string?)item.Item["metadata"]!["name"], StringComparison.Ordinal));
        Assert.Equal(whole, list.Items[0]["spec"] is not null);
    }

    [Fact]
    public async Task Watch_Frames_OneEventEach()
    {
        var from = gateway.Cluster.Put("pods/p3/old", Pod("old")).Revision;
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/api/v1/namespaces/p3/pods?watch=1&resourceVersion={from}");
        request.Headers.TryAddWithoutValidation("Accept", Accept);
        using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("application/vnd.kubernetes.protobuf; stream=watch", response.Content.Headers.ContentType!.ToString());
        using var frames = await response.Content.ReadAsStreamAsync();

        gateway.Cluster.Put("pods/p3/a", Pod("a"));
        gateway.Cluster.Remove("pods/p3/a");

        Assert.Equal("ADDED a, DELETED a", $"{await NextAsync(frames)}, {await NextAsync(frames)}");
    }

    [Fact]
    public async Task Watch_Compacted_ErrorFrame()
    {
        gateway.Cluster.Compacted = gateway.Cluster.Put("pods/p4/a", Pod("a")).Revision;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/namespaces/p4/pods?watch=1&resourceVersion=1");
            request.Headers.TryAddWithoutValidation("Accept", Accept);
            using var response = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            using var frames = await response.Content.ReadAsStreamAsync();

            Assert.Equal("ERROR Expired", await NextAsync(frames));
        }
        finally
        {
            gateway.Cluster.Compacted = 0;
        }
    }

    [Fact]
    public async Task Create_Message_AnsweredWithAMessage()
    {
        var writer = new ProtobufWriter();
        ProtobufEnvelope.Write(writer, System.Text.Encoding.UTF8.GetBytes(Pod("made")));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/namespaces/p5/pods") { Content = new ByteArrayContent(writer.Written.ToArray()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(ProtobufBody.MediaType);
        request.Headers.TryAddWithoutValidation("Accept", ProtobufBody.MediaType);
        using var response = await gateway.Client.SendAsync(request);

        var json = JsonNode.Parse(ProtobufBody.ToJson(await response.Content.ReadAsByteArrayAsync()))!;

        Assert.Equal((201, "made", "i"), ((int)response.StatusCode, (string?)json["metadata"]!["name"], (string?)json["spec"]!["containers"]![0]!["image"]));
    }

    private static async Task<string> NextAsync(Stream frames)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var head = new byte[4];
        await frames.ReadExactlyAsync(head, bound.Token);
        var frame = new byte[BinaryPrimitives.ReadInt32BigEndian(head)];
        await frames.ReadExactlyAsync(frame, bound.Token);
        var (type, item) = ProtobufLists.ReadEvent(frame);
        return $"{type} {item["metadata"]?["name"] ?? item["reason"]}";
    }

    private async Task<(int Code, string? Type, byte[] Body)> GetAsync(string path, string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await gateway.Client.SendAsync(request);
        return ((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync());
    }
}
