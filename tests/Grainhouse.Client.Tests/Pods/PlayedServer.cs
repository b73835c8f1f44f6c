using System.Net.WebSockets;
using System.Text;
using k8s;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Client.Tests.Pods;

/// <summary>An API server whose one answer a test plays, over a real connection.</summary>
internal sealed class PlayedServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private PlayedServer(WebApplication app)
    {
        this.app = app;
        Client = new GrainhouseClient(new KubernetesClientConfiguration { Host = app.Urls.Single(), AccessToken = "token" });
    }

    public GrainhouseClient Client { get; }

    /// <summary>Answers every request so.</summary>
    public static async Task<PlayedServer> StartAsync(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.UseWebSockets();
        app.Run(answer);
        await app.StartAsync();
        return new PlayedServer(app);
    }

    /// <summary>Answers every request with a WebSocket of a protocol.</summary>
    public static Task<PlayedServer> StartAsync(string protocol, Func<HttpContext, WebSocket, Task> talk) => StartAsync(async context =>
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        await talk(context, socket);
    });

    public static Task SayAsync(WebSocket socket, byte channel, string text) =>
        socket.SendAsync(new[] { channel }.Concat(Encoding.Latin1.GetBytes(text)).ToArray(), WebSocketMessageType.Binary, endOfMessage: true, default);

    /// <summary>The next message; (-1, "") once the client closes.</summary>
    public static async Task<(int Channel, string Text)> HearAsync(WebSocket socket)
    {
        var buffer = new byte[64 * 1024];
        var got = await socket.ReceiveAsync(buffer.AsMemory(), default);
        return got.MessageType == WebSocketMessageType.Close ? (-1, "") : (buffer[0], Encoding.Latin1.GetString(buffer, 1, got.Count - 1));
    }

    public static Task CloseAsync(WebSocket socket) => socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await app.DisposeAsync();
    }
}
