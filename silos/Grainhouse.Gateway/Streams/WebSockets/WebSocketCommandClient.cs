using System.Buffers;
using System.Net.WebSockets;
using System.Text.Json;
using Grainhouse.Gateway.Streams.Commands;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.Gateway.Streams.WebSockets;

/// <summary>A client of exec or attach over a WebSocket.</summary>
internal sealed class WebSocketCommandClient(ChannelSocket socket, ChannelProtocol protocol) : ICommandClient
{
    private const int Stdin = 0;
    private const int Error = 3;
    private const int Resize = 4;
    private const int Close = 255;

    /// <summary>A size is some 30 bytes of JSON.</summary>
    private const int MostSizeBytes = 4096;

    private readonly ArrayBufferWriter<byte> size = new();

    /// <summary>Tells the client that it is connected: an empty message on the lowest channel that it reads, as upstream does.</summary>
    public ValueTask GreetAsync(Interfaces.Agents.Streams streams, CancellationToken cancellationToken) => SendAsync(
        streams.Stdout ? (int)OutputChannel.Stdout : streams.Stderr ? (int)OutputChannel.Stderr : Error, default, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ClientWord?> ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await socket.ReadAsync(cancellationToken) is { } part)
            {
                switch (part.Channel)
                {
                    case Stdin when !part.Data.IsEmpty:
                        return new ClientWord(part.Data);
                    case Close when protocol.Version >= 5 && part.Data.Span is [Stdin]:
                        return new ClientWord(default, IsEnd: true);
                    case Resize when protocol.Version >= 3 && TakeSize(part) is { } wanted:
                        return new ClientWord(default, Size: wanted);
                }
            }

            return null;
        }
        catch (WebSocketException lost)
        {
            throw new IOException(lost.Message, lost);
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(OutputChannel channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => SendAsync((int)channel, data, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask FinishAsync(CommandEnd end, CancellationToken cancellationToken)
    {
        await SendAsync(Error, end.ForVersion(protocol.Version), cancellationToken);
        try
        {
            await socket.CloseAsync(cancellationToken);
        }
        catch (WebSocketException lost)
        {
            throw new IOException(lost.Message, lost);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        socket.Dispose();
        return ValueTask.CompletedTask;
    }

    private async ValueTask SendAsync(int channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        try
        {
            await socket.SendAsync(channel, data, cancellationToken);
        }
        catch (WebSocketException lost)
        {
            throw new IOException(lost.Message, lost);
        }
    }

    private TerminalSize? TakeSize(ChannelPart part)
    {
        if (size.WrittenCount + part.Data.Length > MostSizeBytes)
        {
            throw new IOException($"a terminal's size of more than {MostSizeBytes} bytes");
        }

        size.Write(part.Data.Span);
        if (!part.IsLast)
        {
            return null;
        }

        var wanted = TerminalSizes.Parse(size.WrittenSpan, out _);
        size.ResetWrittenCount();
        return wanted;
    }
}
