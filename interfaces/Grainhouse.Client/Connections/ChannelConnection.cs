using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;

namespace Grainhouse.Client.Connections;

/// <summary>A WebSocket with numbered channels: the first byte of each message is the number of its channel.</summary>
/// <remarks>
/// Each channel holds back some 64 KiB that nobody has read; then the whole connection waits. What comes on a channel whose reader has
/// been completed is dropped. (KubernetesClient's StreamDemuxer blocks a thread for each read, and lets no two channels be written at once.)
/// </remarks>
internal sealed class ChannelConnection : IAsyncDisposable
{
    private const int MessageBytes = 32 * 1024;

    /// <summary>How long the server may take to answer a goodbye. It is the other side that knows what is still under way.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    private readonly WebSocket socket;
    private readonly TimeProvider time;
    private readonly Pipe[] channels;
    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly CancellationTokenSource leaving = new();
    private readonly CancellationTokenSource end = new();
    private readonly Task receiving;

    /// <summary>Takes over a WebSocket.</summary>
    /// <param name="socket">The WebSocket, open.</param>
    /// <param name="count">How many channels are listened to, from 0 on.</param>
    /// <param name="time">The clock.</param>
    public ChannelConnection(WebSocket socket, int count, TimeProvider time)
    {
        this.socket = socket;
        this.time = time;
        channels = [.. Enumerable.Range(0, count).Select(static _ => new Pipe())];
        receiving = ReceiveAsync();
    }

    /// <summary>The protocol that the server chose.</summary>
    public string Protocol => socket.SubProtocol ?? "";

    /// <summary>What comes on a channel. It ends with the connection: with an <see cref="IOException"/> if that was lost.</summary>
    public PipeReader Reader(int channel) => channels[channel].Reader;

    /// <summary>Sends bytes on a channel; returns when the connection has taken them. To cancel it ends the connection.</summary>
    /// <exception cref="IOException">The connection has ended.</exception>
    public async ValueTask SendAsync(int channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var message = ArrayPool<byte>.Shared.Rent(1 + Math.Min(data.Length, MessageBytes));
        await sending.WaitAsync(cancellationToken);
        try
        {
            do
            {
                var part = data[..Math.Min(data.Length, MessageBytes)];
                data = data[part.Length..];
                message[0] = (byte)channel;
                part.CopyTo(message.AsMemory(1));
                await socket.SendAsync(message.AsMemory(0, 1 + part.Length), WebSocketMessageType.Binary, WebSocketMessageFlags.EndOfMessage, cancellationToken);
            }
            while (!data.IsEmpty);
        }
        catch (Exception lost) when (lost is WebSocketException or InvalidOperationException)
        {
            throw new IOException($"The connection has ended: {lost.Message}", lost);
        }
        finally
        {
            sending.Release();
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await leaving.CancelAsync();
        await GoodbyeAsync();
        await end.CancelAsync();
        await receiving;
        socket.Dispose();
    }

    private async Task GoodbyeAsync()
    {
        try
        {
            await SayGoodbyeAsync().WaitAsync(Farewell, time);
            await receiving.WaitAsync(Farewell, time);
        }
        catch (Exception gone) when (gone is WebSocketException or IOException or TimeoutException or OperationCanceledException)
        {
            // It is left without an answer then.
        }
    }

    private async Task SayGoodbyeAsync()
    {
        await sending.WaitAsync(end.Token);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, end.Token);
            }
        }
        finally
        {
            sending.Release();
        }
    }

    private async Task ReceiveAsync()
    {
        Exception? lost = null;
        var buffer = ArrayPool<byte>.Shared.Rent(MessageBytes);
        try
        {
            await ReceiveAsync(buffer);
            await SayGoodbyeAsync();
        }
        catch (Exception gone) when (gone is WebSocketException or OperationCanceledException)
        {
            lost = new IOException($"The connection was lost: {gone.Message}", gone);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            foreach (var channel in channels)
            {
                await channel.Writer.CompleteAsync(lost);
            }
        }
    }

    private async Task ReceiveAsync(byte[] buffer)
    {
        var channel = -1;
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(), end.Token);
            if (got.MessageType == WebSocketMessageType.Close)
            {
                return;
            }

            var data = buffer.AsMemory(0, got.Count);
            if (channel < 0 && !data.IsEmpty)
            {
                (channel, data) = (data.Span[0], data[1..]);
            }

            if (channel >= 0 && channel < channels.Length && !data.IsEmpty)
            {
                await PutAsync(channels[channel].Writer, data);
            }

            if (got.EndOfMessage)
            {
                channel = -1;
            }
        }
    }

    private async Task PutAsync(PipeWriter writer, ReadOnlyMemory<byte> data)
    {
        try
        {
            if (!leaving.IsCancellationRequested)
            {
                await writer.WriteAsync(data, leaving.Token);
            }
        }
        catch (OperationCanceledException) when (leaving.IsCancellationRequested)
        {
            // Nobody is going to read it: the rest is only looked through for the goodbye.
        }
    }
}
