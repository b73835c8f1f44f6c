using System.Buffers;
using System.Buffers.Text;
using System.Net.WebSockets;

namespace Grainhouse.Gateway.Streams.WebSockets;

/// <summary>A part of a channel's message.</summary>
/// <param name="Channel">The channel, 0 to 255.</param>
/// <param name="Data">The bytes, valid until the next read.</param>
/// <param name="IsLast">Whether the message ends with it.</param>
internal readonly record struct ChannelPart(int Channel, ReadOnlyMemory<byte> Data, bool IsLast);

/// <summary>A WebSocket with numbered channels.</summary>
internal sealed class ChannelSocket(WebSocket socket, ChannelProtocol protocol) : IDisposable
{
    private const int BufferBytes = 32 * 1024;

    /// <summary>A base64 message is decoded whole; the others are passed on in parts, however long they are.</summary>
    private const int MostTextBytes = 1024 * 1024;

    private static readonly byte[] Digits = "0123456789"u8.ToArray();

    private readonly SemaphoreSlim sending = new(1, 1);
    private readonly byte[] buffer = new byte[BufferBytes];
    private readonly ArrayBufferWriter<byte> text = new();
    private int channel = -1;

    /// <summary>The next part; null once the client closes. One caller at a time.</summary>
    /// <exception cref="WebSocketException">The client left without a word, or broke the protocol.</exception>
    public async ValueTask<ChannelPart?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var got = await socket.ReceiveAsync(buffer.AsMemory(), cancellationToken);
            if (got.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            var data = buffer.AsMemory(0, got.Count);
            if ((protocol.IsBase64 ? Decode(data.Span, got.EndOfMessage) : Split(data, got.EndOfMessage)) is { } part)
            {
                return part;
            }
        }
    }

    /// <summary>Sends one message; returns when the connection has taken it.</summary>
    public async ValueTask SendAsync(int to, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        var message = ArrayPool<byte>.Shared.Rent(1 + Base64.GetMaxEncodedToUtf8Length(data.Length));
        try
        {
            var length = Write(to, data.Span, message);
            await sending.WaitAsync(cancellationToken);
            try
            {
                await socket.SendAsync(
                    message.AsMemory(0, length), protocol.IsBase64 ? WebSocketMessageType.Text : WebSocketMessageType.Binary, WebSocketMessageFlags.EndOfMessage, cancellationToken);
            }
            finally
            {
                sending.Release();
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(message);
        }
    }

    /// <summary>Says that nothing more will come.</summary>
    public async ValueTask CloseAsync(CancellationToken cancellationToken)
    {
        await sending.WaitAsync(cancellationToken);
        try
        {
            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
            {
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken);
            }
        }
        finally
        {
            sending.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        socket.Dispose();
        sending.Dispose();
    }

    private int Write(int to, ReadOnlySpan<byte> data, Span<byte> message)
    {
        if (!protocol.IsBase64)
        {
            message[0] = (byte)to;
            data.CopyTo(message[1..]);
            return 1 + data.Length;
        }

        message[0] = Digits[to];
        Base64.EncodeToUtf8(data, message[1..], out _, out var written);
        return 1 + written;
    }

    private ChannelPart? Split(ReadOnlyMemory<byte> data, bool isLast)
    {
        if (channel < 0)
        {
            if (data.IsEmpty)
            {
                return null;
            }

            channel = data.Span[0];
            data = data[1..];
        }

        var part = new ChannelPart(channel, data, isLast);
        channel = isLast ? -1 : channel;
        return part;
    }

    private ChannelPart? Decode(ReadOnlySpan<byte> data, bool isLast)
    {
        if (text.WrittenCount + data.Length > MostTextBytes)
        {
            throw new WebSocketException(WebSocketError.HeaderError, $"a message of more than {MostTextBytes} bytes");
        }

        text.Write(data);
        if (!isLast)
        {
            return null;
        }

        var message = text.WrittenSpan.ToArray();
        text.ResetWrittenCount();
        if (message.Length == 0)
        {
            return null;
        }

        return Base64.DecodeFromUtf8InPlace(message.AsSpan(1), out var length) == OperationStatus.Done && char.IsAsciiDigit((char)message[0])
            ? new ChannelPart(message[0] - '0', message.AsMemory(1, length), true)
            : throw new WebSocketException(WebSocketError.HeaderError, "a message is no channel's digit with base64 behind it");
    }
}
