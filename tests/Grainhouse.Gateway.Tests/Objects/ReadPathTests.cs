using System.IO.Compression;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using Grainhouse.Gateway.Protobuf;
using Grainhouse.Gateway.Tests.Protobuf;

namespace Grainhouse.Gateway.Tests.Objects;

public sealed class ReadPathTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private static string Pod(string name) => $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{name}}}"},"spec":{"containers":[{"name":"a"}]}}""";

    [Theory]
    [InlineData("/api/v1/namespaces/r1/pods")]
    [InlineData("/api/v1/namespaces/r1/pods/a")]
    [InlineData("/apis")]
    public async Task Head_WhatGetAnswers_WithoutBody(string path)
    {
        gateway.Cluster.Put("pods/r1/a", Pod("a"));

        using var response = await gateway.Client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("/api/v1/pods")]
    [InlineData("/api/v1/namespaces/r1/pods/a")]
    public async Task Get_RevisionOfTheFuture_504TooLarge(string path)
    {
        gateway.Cluster.Put("pods/r1/a", Pod("a"));

        var (code, body, response) = await gateway.GetAsync($"{path}?resourceVersion=999999999");

        Assert.Equal((504, "Timeout", "ResourceVersionTooLarge"), (code, (string?)body["reason"], (string?)body["details"]!["causes"]![0]!["reason"]));
        Assert.Equal(1, (int)body["details"]!["retryAfterSeconds"]!);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter!.Delta);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData(ProtobufBody.MediaType)]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io")]
    public async Task List_Long_ZippedWhereAccepted(string accept)
    {
        foreach (var number in Enumerable.Range(0, 300))
        {
            gateway.Cluster.Put($"pods/r2/n{number:000}", $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"n{{{number:000}}}","annotations":{"long":"{{{new string('x', 900)}}}"}},"spec":{"containers":[{"name":"a"}]}}""");
        }

        var plain = await GetAsync("/api/v1/namespaces/r2/pods", accept, encoding: null);
        var zipped = await GetAsync("/api/v1/namespaces/r2/pods", accept, "gzip");
        var tiny = await GetAsync("/api/v1/namespaces/r2/pods?limit=1", accept, "gzip");

        Assert.Equal(("", "gzip", ""), (plain.Encoding, zipped.Encoding, tiny.Encoding));
        Assert.True(zipped.Body.Length < plain.Body.Length / 4);
        using var unzipped = new MemoryStream();
        await using (var stream = new GZipStream(new MemoryStream(zipped.Body), CompressionMode.Decompress))
        {
            await stream.CopyToAsync(unzipped);
        }

        Assert.Equal(plain.Body, unzipped.ToArray());
    }

    [Fact]
    public async Task Write_SlowerThanItsTimeout_504()
    {
        gateway.Cluster.Slow = key => key.StartsWith("pods/r3/", StringComparison.Ordinal) ? TimeSpan.FromSeconds(30) : TimeSpan.Zero;
        try
        {
            var (code, body, _) = await gateway.SendAsync(HttpMethod.Post, "/api/v1/namespaces/r3/pods?timeout=200ms", Pod("a"));

            Assert.Equal((504, "Timeout"), (code, (string?)body["reason"]));
        }
        finally
        {
            gateway.Cluster.Slow = _ => TimeSpan.Zero;
        }
    }

    [Fact]
    public async Task Request_TimeoutThatIsNoDuration_400()
    {
        var (code, body, _) = await gateway.GetAsync("/api/v1/pods?timeout=soon");

        Assert.Equal((400, "invalid timeout specified in the request URL - error: time: invalid duration \"soon\""), (code, (string?)body["message"]));
    }

    [Fact]
    public async Task Watch_OverWebSocket_OneTextMessageAnEvent()
    {
        gateway.Cluster.Put("pods/r4/a", Pod("a"));
        using var socket = await OpenAsync("/api/v1/namespaces/r4/pods?watch=1", null);

        var first = JsonNode.Parse(await ReceiveAsync(socket, WebSocketMessageType.Text))!;
        gateway.Cluster.Put("pods/r4/b", Pod("b"));
        gateway.Cluster.Remove("pods/r4/a");
        var second = JsonNode.Parse(await ReceiveAsync(socket, WebSocketMessageType.Text))!;
        var third = JsonNode.Parse(await ReceiveAsync(socket, WebSocketMessageType.Text))!;
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, default);

        Assert.Equal("ADDED a, ADDED b, DELETED a", string.Join(", ", new[] { first, second, third }.Select(item => $"{item["type"]} {item["object"]!["metadata"]!["name"]}")));
        Assert.Equal("binary.k8s.io", socket.SubProtocol);
    }

    [Fact]
    public async Task Watch_OverWebSocketInProtobuf_OneMessageAnEvent()
    {
        gateway.Cluster.Put("pods/r5/a", Pod("a"));
        using var socket = await OpenAsync("/api/v1/namespaces/r5/pods?watch=1", ProtobufBody.MediaType);

        var (type, item) = ProtobufLists.ReadEvent(await ReceiveAsync(socket, WebSocketMessageType.Binary));

        Assert.Equal("ADDED a", $"{type} {item["metadata"]!["name"]}");
    }

    private async Task<ClientWebSocket> OpenAsync(string path, string? accept)
    {
        var socket = new ClientWebSocket();
        socket.Options.AddSubProtocol("base64url.bearer.authorization.k8s.io.eA");
        socket.Options.AddSubProtocol("binary.k8s.io");
        socket.Options.SetRequestHeader("Authorization", $"Bearer {gateway.Authority.AdminToken}");
        if (accept is not null)
        {
            socket.Options.SetRequestHeader("Accept", accept);
        }

        using var invoker = new HttpMessageInvoker(gateway.NewHandler());
        await socket.ConnectAsync(new UriBuilder(new Uri(gateway.Address, path)) { Scheme = "wss" }.Uri, invoker, default);
        return socket;
    }

    private static async Task<byte[]> ReceiveAsync(ClientWebSocket socket, WebSocketMessageType type)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var buffer = new byte[64 * 1024];
        var filled = 0;
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(filled), bound.Token);
            Assert.Equal(type, received.MessageType);
            filled += received.Count;
            if (received.EndOfMessage)
            {
                return buffer[..filled];
            }
        }
    }

    private async Task<(byte[] Body, string Encoding)> GetAsync(string path, string accept, string? encoding)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        if (encoding is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept-Encoding", encoding);
        }

        using var response = await gateway.Client.SendAsync(request);
        return (await response.Content.ReadAsByteArrayAsync(), string.Join(",", response.Content.Headers.ContentEncoding));
    }
}
