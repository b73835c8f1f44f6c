using System.Net;
using Grainhouse.Client.Connections;
using Grainhouse.Client.Resources;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Client;

/// <content>Ports.</content>
public sealed partial class PodStreams
{
    /// <summary>Connects to a port of the pod, as if on its own loopback. Dispose the stream to end the connection.</summary>
    /// <param name="port">The port.</param>
    /// <param name="cancellationToken">Gives up the start.</param>
    /// <returns>
    /// A stream that is read and written asynchronously. A port where nobody listens is told of by the first read, as an
    /// <see cref="IOException"/>. There is no word for the end of one direction: the pod sees that the writer is done when the stream
    /// is disposed.
    /// </returns>
    public async Task<Stream> ConnectAsync(int port, CancellationToken cancellationToken = default)
    {
        CheckPort(port);
        var socket = await transport.ConnectAsync(
            new Operation("portforward", Kind), $"{path}/portforward{new QueryText().Add("ports", (long)port)}", [V4], cancellationToken);
        var stream = new PortStream(new ChannelConnection(socket, PortStream.Channels, time));
        try
        {
            await stream.StartAsync(cancellationToken);
            return stream;
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    /// <summary>Listens on this machine, and connects whoever comes to a port of the pod. Dispose the listener to stop.</summary>
    /// <param name="port">The pod's port.</param>
    /// <param name="local">Where to listen; null for a free port of 127.0.0.1.</param>
    /// <exception cref="System.Net.Sockets.SocketException">It cannot be listened there.</exception>
    public PortListener Listen(int port, IPEndPoint? local = null)
    {
        CheckPort(port);
        return new PortListener(this, port, local ?? new IPEndPoint(IPAddress.Loopback, 0), loggers.CreateLogger<PortListener>());
    }

    private static void CheckPort(int port)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(port, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(port, ushort.MaxValue);
    }
}
