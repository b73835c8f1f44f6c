using System.Net;
using System.Net.Security;
using System.Net.Sockets;

namespace Grainhouse.Benchmarks.Scenarios.Nuisances;

/// <summary>A connection whose bytes are the caller's own affair, with hardly any room for what is not read.</summary>
internal sealed class RawConnection(Socket socket, Stream stream) : IDisposable
{
    private const int Room = 4_096;

    public Stream Stream => stream;

    /// <summary>Connects; over TLS if its options are given, and then as a speaker of HTTP/1.1.</summary>
    public static async Task<RawConnection> OpenAsync(int port, SslClientAuthenticationOptions? tls, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = Room };
        await socket.ConnectAsync(IPAddress.Loopback, port, cancellationToken);
        var plain = new NetworkStream(socket, ownsSocket: true);
        if (tls is null)
        {
            return new RawConnection(socket, plain);
        }

        var secured = new SslStream(plain);
        await secured.AuthenticateAsClientAsync(tls, cancellationToken);
        return new RawConnection(socket, secured);
    }

    /// <summary>Returns when the other side has ended it.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        var ignored = new byte[Room];
        try
        {
            while (await stream.ReadAsync(ignored, cancellationToken) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset: that is an end, too.
        }
    }

    public void Dispose()
    {
        stream.Dispose();
        socket.Dispose();
    }
}
