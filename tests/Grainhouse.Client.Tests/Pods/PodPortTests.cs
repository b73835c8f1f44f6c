using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;

namespace Grainhouse.Client.Tests.Pods;

/// <summary>port-forward, the server played by the test: a port that says what it hears, until it hears "bye".</summary>
public sealed class PodPortTests
{
    private const string V4 = "v4.channel.k8s.io";
    private const string Port = "\u0090\u001f";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Connect_BytesBothWays_ThenTheEnd()
    {
        await using var server = await EchoAsync();
        await using var stream = await server.Client.Pod("web", "shop").ConnectAsync(8080);

        await stream.WriteAsync("ping"u8.ToArray());
        var buffer = new byte[4];
        await stream.ReadExactlyAsync(buffer).AsTask().WaitAsync(Bound);
        await stream.WriteAsync("bye"u8.ToArray());

        Assert.Equal("ping", Encoding.ASCII.GetString(buffer));
        Assert.Equal(0, await stream.ReadAsync(buffer).AsTask().WaitAsync(Bound));
    }

    [Fact]
    public async Task Read_NobodyListens_TheServersWords()
    {
        await using var server = await PlayedServer.StartAsync(V4, static async (_, socket) =>
        {
            await GreetAsync(socket);
            await PlayedServer.SayAsync(socket, 1, "connection refused");
            await PlayedServer.CloseAsync(socket);
            await PlayedServer.HearAsync(socket);
        });
        await using var stream = await server.Client.Pod("web", "shop").ConnectAsync(8080);

        var failed = await Assert.ThrowsAsync<IOException>(() => stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Bound));

        Assert.Equal("connection refused", failed.Message);
    }

    [Fact]
    public async Task Connect_EndsBeforeItIsOne_Throws()
    {
        await using var server = await PlayedServer.StartAsync(V4, static (_, socket) => PlayedServer.CloseAsync(socket));

        await Assert.ThrowsAsync<IOException>(() => server.Client.Pod("web", "shop").ConnectAsync(8080).WaitAsync(Bound));
    }

    [Fact]
    public async Task Listen_SeveralClients_EachHasItsOwnConnection()
    {
        await using var server = await EchoAsync();
        await using var listener = server.Client.Pod("web", "shop").Listen(8080);

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(async number =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(listener.LocalEndPoint);
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"client {number}"));
            var buffer = new byte[8];
            await client.GetStream().ReadExactlyAsync(buffer);
            return Encoding.ASCII.GetString(buffer);
        })).WaitAsync(Bound);

        Assert.Equal(Enumerable.Range(0, 5).Select(number => $"client {number}"), answers);
    }

    [Fact]
    public async Task Listen_ClientThatHasSaidAll_StillHearsTheAnswerAndItsEnd()
    {
        await using var server = await EchoAsync();
        await using var listener = server.Client.Pod("web", "shop").Listen(8080, new IPEndPoint(IPAddress.Loopback, 0));
        using var client = new TcpClient();
        await client.ConnectAsync(listener.LocalEndPoint);

        var stream = client.GetStream();

        await stream.WriteAsync("first"u8.ToArray());
        await stream.ReadExactlyAsync(new byte[5]).AsTask().WaitAsync(Bound);
        await stream.WriteAsync("bye"u8.ToArray());
        client.Client.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await stream.ReadAsync(new byte[1]).AsTask().WaitAsync(Bound));
    }

    [Fact]
    public async Task Listen_RefusedByTheServer_TheClientIsCutAndTheNextOneServed()
    {
        var refusals = 1;
        await using var server = await PlayedServer.StartAsync(async context =>
        {
            if (Interlocked.Decrement(ref refusals) >= 0)
            {
                context.Response.StatusCode = 503;
                return;
            }

            using var socket = await context.WebSockets.AcceptWebSocketAsync(V4);
            await ServeEchoAsync(socket);
        });
        await using var listener = server.Client.Pod("web", "shop").Listen(8080);
        using var first = new TcpClient();
        await first.ConnectAsync(listener.LocalEndPoint);
        await Assert.ThrowsAsync<IOException>(() => first.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(Bound));

        using var second = new TcpClient();
        await second.ConnectAsync(listener.LocalEndPoint);
        await second.GetStream().WriteAsync("x"u8.ToArray());

        Assert.Equal(1, await second.GetStream().ReadAsync(new byte[1]).AsTask().WaitAsync(Bound));
    }

    private static Task<PlayedServer> EchoAsync() => PlayedServer.StartAsync(V4, static (context, socket) =>
    {
        Assert.Equal("/api/v1/namespaces/shop/pods/web/portforward?ports=8080", $"{context.Request.Path}{context.Request.QueryString}");
        return ServeEchoAsync(socket);
    });

    private static async Task ServeEchoAsync(WebSocket socket)
    {
        await GreetAsync(socket);
        while (await PlayedServer.HearAsync(socket) is { Channel: 0, Text: not "bye" } said)
        {
            await PlayedServer.SayAsync(socket, 0, said.Text);
        }

        await PlayedServer.CloseAsync(socket);
    }

    private static async Task GreetAsync(WebSocket socket)
    {
        await PlayedServer.SayAsync(socket, 0, Port);
        await PlayedServer.SayAsync(socket, 1, Port);
    }
}
