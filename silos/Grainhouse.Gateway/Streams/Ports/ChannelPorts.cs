using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using Grainhouse.Gateway.Streams.WebSockets;

namespace Grainhouse.Gateway.Streams.Ports;

/// <summary>Port-forward over WebSocket channels: of the n-th port that the request names, channel 2n has the data and 2n + 1 the errors.</summary>
internal sealed class ChannelPorts(PortDialer dialer, ChannelSocket socket, IReadOnlyList<ushort> ports)
{
    /// <summary>Parts that may wait for one port before the whole socket waits: 32 KiB each.</summary>
    private const int MostWaiting = 8;

    /// <summary>How long a client may take to close once it has been told that all is over.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>Serves a client until it closes, or until all connections are over.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var clients = ports.Select((_, index) => new Client(socket, 2 * index)).ToArray();
        var forwarding = clients.Select((client, index) => ForwardAsync(client, ports[index], over.Token)).ToArray();
        var listening = ListenAsync(clients, over.Token);
        try
        {
            var all = Task.WhenAll(forwarding);
            if (await Task.WhenAny(all, listening) == all)
            {
                await socket.CloseAsync(over.Token);

                // What is cut off before the client has closed too may cut off what it was sent last.
                await listening.WaitAsync(Farewell, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll([.. forwarding, listening]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ForwardAsync(Client client, ushort port, CancellationToken cancellationToken)
    {
        // Each channel begins with its port.
        var name = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(name, port);
        await socket.SendAsync(client.Channel, name, cancellationToken);
        await socket.SendAsync(client.Channel + 1, name, cancellationToken);
        var words = await dialer.ForwardAsync(client, port, cancellationToken);
        if (words.Length > 0)
        {
            await socket.SendAsync(client.Channel + 1, Encoding.UTF8.GetBytes(words), cancellationToken);
        }
    }

    private async Task ListenAsync(Client[] clients, CancellationToken cancellationToken)
    {
        try
        {
            while (await socket.ReadAsync(cancellationToken) is { } part)
            {
                if (part.Channel % 2 == 0 && part.Channel / 2 < clients.Length && !part.Data.IsEmpty)
                {
                    await clients[part.Channel / 2].TakeAsync(part.Data, cancellationToken);
                }
            }
        }
        finally
        {
            foreach (var client in clients)
            {
                client.Leave();
            }
        }
    }

    private sealed class Client(ChannelSocket socket, int channel) : IPortClient
    {
        private readonly Channel<byte[]> input = System.Threading.Channels.Channel.CreateBounded<byte[]>(MostWaiting);

        public int Channel => channel;

        public async ValueTask TakeAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => await input.Writer.WriteAsync(data.ToArray(), cancellationToken);

        public void Leave() => input.Writer.TryComplete();

        public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken) =>
            await input.Reader.WaitToReadAsync(cancellationToken) && input.Reader.TryRead(out var data) ? data : default;

        public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => socket.SendAsync(channel, data, cancellationToken);

        // This protocol has no word for the end of one direction.
        public ValueTask EndAsync(CancellationToken cancellationToken) => ValueTask.CompletedTask;
    }
}
