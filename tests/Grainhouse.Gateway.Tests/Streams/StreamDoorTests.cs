using System.Net;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using Google.Protobuf;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;

namespace Grainhouse.Gateway.Tests.Streams;

/// <summary>exec, attach and port-forward at the gateway, the agent played by the test.</summary>
public sealed class StreamDoorTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private const string Pod = PlayedAgent.Pod;

    [Fact]
    public async Task Exec_OverV5_InputOutputSizeEndAndExitCode()
    {
        using var agent = await PlayedAgent.JoinAsync(gateway, "exec-1");
        using var socket = new ClientWebSocket();
        var connecting = ConnectAsync(socket, "/api/v1/namespaces/exec-1/pods/p/exec?command=sh&command=-c&stdin=true&stdout=true&stderr=true", "v5.channel.k8s.io");
        var (asked, call) = await agent.OpenAsync();
        await call.RequestStream.WriteAsync(new TunnelFrame { Open = true });
        await connecting;

        Assert.Equal("v5.channel.k8s.io", socket.SubProtocol);
        Assert.Equal((1, ""), await NextAsync(socket));
        Assert.Equal(["sh", "-c"], asked.Exec.Command);
        Assert.Equal(("u-1", "a", true, true, true, false), (asked.PodUid, asked.Container, asked.Exec.Streams.Stdin, asked.Exec.Streams.Stdout, asked.Exec.Streams.Stderr, asked.Exec.Streams.Tty));

        await SayAsync(socket, 0, "in");
        await SayAsync(socket, 4, """{"Width":90,"Height":30}""");
        await SayAsync(socket, 255, "\0");
        Assert.Equal("in", (await HearAsync(call)).Data.ToStringUtf8());
        Assert.Equal(new TerminalSize { Width = 90, Height = 30 }, (await HearAsync(call)).Size);
        Assert.True((await HearAsync(call)).End);

        await call.RequestStream.WriteAsync(new TunnelFrame { Channel = 1, Data = ByteString.CopyFromUtf8("out") });
        await call.RequestStream.WriteAsync(new TunnelFrame { Channel = 2, Data = ByteString.CopyFromUtf8("err") });
        await call.RequestStream.WriteAsync(new TunnelFrame { Exit = new ProcessExit { Code = 7 } });
        Assert.Equal((1, "out"), await NextAsync(socket));
        Assert.Equal((2, "err"), await NextAsync(socket));
        var (channel, text) = await NextAsync(socket);
        var status = JsonNode.Parse(text)!;
        Assert.Equal((3, "Failure", "NonZeroExitCode"), (channel, (string?)status["status"], (string?)status["reason"]));
        Assert.Equal(("ExitCode", "7"), ((string?)status["details"]!["causes"]![0]!["reason"], (string?)status["details"]!["causes"]![0]!["message"]));
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(new byte[16].AsMemory(), default)).MessageType);
    }

    [Fact]
    public async Task Exec_ClientLeaves_TunnelEnds()
    {
        using var agent = await PlayedAgent.JoinAsync(gateway, "exec-2");
        using var socket = new ClientWebSocket();
        var connecting = ConnectAsync(socket, "/api/v1/namespaces/exec-2/pods/p/exec?command=sh&stdout=true", "v4.channel.k8s.io");
        var (_, call) = await agent.OpenAsync();
        await call.RequestStream.WriteAsync(new TunnelFrame { Open = true });
        await connecting;

        socket.Abort();

        Assert.False(await call.ResponseStream.MoveNext(default));
    }

    [Fact]
    public async Task Exec_AgentRefuses_IsNoUpgrade()
    {
        using var agent = await PlayedAgent.JoinAsync(gateway, "exec-3");
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        var connecting = ConnectAsync(socket, "/api/v1/namespaces/exec-3/pods/p/exec?command=sh&stdout=true", "v4.channel.k8s.io");
        var (_, call) = await agent.OpenAsync();
        await call.RequestStream.WriteAsync(new TunnelFrame { Error = "container not found (\"a\")", ErrorCode = 500 });

        await Assert.ThrowsAsync<WebSocketException>(() => connecting);

        Assert.Equal(HttpStatusCode.InternalServerError, socket.HttpStatusCode);
    }

    [Theory]
    [InlineData("exec?command=sh&stdout=true", 400, "Upgrade request required")]
    [InlineData("exec?stdout=true", 400, "you must specify at least one command for the container")]
    [InlineData("exec?command=sh", 400, "you must specify at least 1 of stdin, stdout, stderr")]
    [InlineData("exec?command=sh&stdout=true&container=nope", 400, "container nope is not valid for pod p")]
    [InlineData("attach?stdout=true", 400, "Upgrade request required")]
    [InlineData("portforward", 400, "Upgrade request required")]
    public async Task Streams_CannotBe_UpstreamsWords(string path, int expected, string words)
    {
        gateway.Cluster.Put("pods/words/p", Pod);

        foreach (var method in new[] { HttpMethod.Get, HttpMethod.Post })
        {
            var (code, body, _) = await gateway.SendAsync(method, $"/api/v1/namespaces/words/pods/p/{path}");
            Assert.Equal((expected, words), (code, (string?)body["message"]));
        }
    }

    [Fact]
    public async Task Streams_PodWithoutNode_UpstreamsWords()
    {
        gateway.Cluster.Put("pods/nodeless/p", Pod.Replace("\"nodeName\":\"NODE\",", "", StringComparison.Ordinal));

        var (code, body, _) = await gateway.GetAsync("/api/v1/namespaces/nodeless/pods/p/portforward");

        Assert.Equal((400, "pod p does not have a host assigned"), (code, (string?)body["message"]));
    }

    [Fact]
    public async Task Streams_UnknownProtocol_Forbidden()
    {
        gateway.Cluster.Put("pods/protocols/p", Pod);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/namespaces/protocols/pods/p/exec?command=sh&stdout=true") { Version = HttpVersion.Version11 };
        request.Headers.TryAddWithoutValidation("Connection", "Upgrade");
        request.Headers.TryAddWithoutValidation("Upgrade", "SPDY/3.1");
        request.Headers.TryAddWithoutValidation("X-Stream-Protocol-Version", "v9.channel.k8s.io");

        using var answer = await gateway.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("v4.channel.k8s.io", answer.Headers.GetValues("X-Accepted-Stream-Protocol-Versions"));
    }

    [Fact]
    public async Task PortForward_OverChannels_BytesBothWaysAfterThePort()
    {
        using var agent = await PlayedAgent.JoinAsync(gateway, "ports-1");
        using var socket = new ClientWebSocket();
        var connecting = ConnectAsync(socket, "/api/v1/namespaces/ports-1/pods/p/portforward?ports=8080", "v4.channel.k8s.io");
        await connecting;
        Assert.Equal((0, "\u0090\u001f"), await NextAsync(socket, Encoding.Latin1));
        Assert.Equal((1, "\u0090\u001f"), await NextAsync(socket, Encoding.Latin1));
        var (asked, call) = await agent.OpenAsync();
        await call.RequestStream.WriteAsync(new TunnelFrame { Open = true });

        await SayAsync(socket, 0, "ping");
        Assert.Equal("ping", (await HearAsync(call)).Data.ToStringUtf8());
        await call.RequestStream.WriteAsync(new TunnelFrame { Channel = 1, Data = ByteString.CopyFromUtf8("pong") });
        Assert.Equal((0, "pong"), await NextAsync(socket));
        await call.RequestStream.WriteAsync(new TunnelFrame { End = true });

        Assert.Equal(8080u, asked.Port.Port);
        Assert.Equal(WebSocketMessageType.Close, (await socket.ReceiveAsync(new byte[16].AsMemory(), default)).MessageType);
    }

    [Fact]
    public async Task Discovery_Streams_HaveTheirKindsAndVerbs()
    {
        var (_, body, _) = await gateway.GetAsync("/api/v1");

        foreach (var (name, kind) in new[] { ("pods/exec", "PodExecOptions"), ("pods/attach", "PodAttachOptions"), ("pods/portforward", "PodPortForwardOptions") })
        {
            var found = body["resources"]!.AsArray().Single(resource => (string?)resource!["name"] == name)!;
            Assert.Equal(kind, (string?)found["kind"]);
            Assert.Equal(["create", "get"], found["verbs"]!.AsArray().Select(verb => (string?)verb));
        }
    }

    private async Task ConnectAsync(ClientWebSocket socket, string path, string protocol)
    {
        socket.Options.AddSubProtocol(protocol);
        socket.Options.SetRequestHeader("Authorization", "Bearer " + gateway.Authority.AdminToken);
        using var handler = new HttpMessageInvoker(gateway.NewHandler());
        await socket.ConnectAsync(new Uri($"wss://127.0.0.1:{gateway.Address.Port}{path}"), handler, default);
    }

    private static Task SayAsync(ClientWebSocket socket, byte channel, string text) =>
        socket.SendAsync(new[] { channel }.Concat(Encoding.UTF8.GetBytes(text)).ToArray(), WebSocketMessageType.Binary, true, default);

    private static async Task<(int Channel, string Text)> NextAsync(ClientWebSocket socket, Encoding? encoding = null)
    {
        var buffer = new byte[64 * 1024];
        var got = await socket.ReceiveAsync(buffer.AsMemory(), default);
        return (buffer[0], (encoding ?? Encoding.UTF8).GetString(buffer, 1, got.Count - 1));
    }

    private static async Task<TunnelFrame> HearAsync(AsyncDuplexStreamingCall<TunnelFrame, TunnelFrame> call)
    {
        Assert.True(await call.ResponseStream.MoveNext(default));
        return call.ResponseStream.Current;
    }
}
