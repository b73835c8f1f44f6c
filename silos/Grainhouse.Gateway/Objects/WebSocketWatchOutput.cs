using System.Buffers;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Objects;

/// <summary>Events as messages of a WebSocket, one each, which is how a browser can watch: text for JSON, bytes for protobuf.</summary>
internal sealed class WebSocketWatchOutput(HttpContext context, bool isText, CancellationTokenSource end) : WatchOutput, IDisposable
{
    // A protocol that is no protocol: browsers have no header for a token, so it stands among the protocols.
    private const string TokenProtocol = "base64url.bearer.authorization.k8s.io.";

    // In the framing of a stream each protobuf event has its length before it, which a message has of itself.
    private const int LengthPrefix = 4;

    private readonly ArrayBufferWriter<byte> written = new(1024);
    private readonly Queue<int> ends = new();
    private WebSocket? socket;
    private Task reading = Task.CompletedTask;

    /// <inheritdoc/>
    public override IBufferWriter<byte> Buffer => written;

    /// <inheritdoc/>
    public override long Unflushed => written.WrittenCount;

    /// <inheritdoc/>
    public override async Task StartAsync(string contentType, CancellationToken cancellationToken)
    {
        // A browser takes no answer that names none of the protocols it offered.
        var protocol = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(offered => !offered.StartsWith(TokenProtocol, StringComparison.Ordinal));
        socket = await context.WebSockets.AcceptWebSocketAsync(protocol);
        reading = ReadAsync(socket);
    }

    /// <inheritdoc/>
    public override void EndEvent() => ends.Enqueue(written.WrittenCount);

    /// <inheritdoc/>
    public override async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        var start = 0;
        while (ends.TryDequeue(out var next))
        {
            var message = written.WrittenMemory[(isText ? start : start + LengthPrefix)..next];
            await socket!.SendAsync(message, isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
            start = next;
        }

        written.ResetWrittenCount();
    }

    /// <inheritdoc/>
    public override async ValueTask CompleteAsync()
    {
        if (socket?.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
        }

        await reading;
    }

    /// <inheritdoc/>
    public void Dispose() => socket?.Dispose();

    // What the client says means nothing, but it may say that it goes.
    private async Task ReadAsync(WebSocket from)
    {
        var ignored = new byte[256];
        try
        {
            while ((await from.ReceiveAsync(ignored.AsMemory(), context.RequestAborted)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            // A connection that broke says the same.
        }

        await end.CancelAsync();
    }
}
