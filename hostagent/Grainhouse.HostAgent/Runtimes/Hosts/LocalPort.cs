using System.Net;
using System.Net.Sockets;

namespace Grainhouse.HostAgent.Runtimes.Hosts;

/// <summary>Connections to servers on a loopback interface.</summary>
internal static class LocalPort
{
    /// <summary>How long a server may take to accept.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly IPAddress[] Loopbacks = [IPAddress.Loopback, IPAddress.IPv6Loopback];

    /// <summary>A socket of this process's own network.</summary>
    public static Task<Socket> NewSocketAsync(AddressFamily family) => Task.FromResult(new Socket(family, SocketType.Stream, ProtocolType.Tcp));

    /// <summary>Connects by IPv4 or, where nobody listens there, by IPv6.</summary>
    /// <param name="makeSocket">Makes a socket in the network that is meant.</param>
    /// <param name="port">The port.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RuntimeException">Nobody listens.</exception>
    public static Task<Stream> ConnectAsync(Func<AddressFamily, Task<Socket>> makeSocket, int port, CancellationToken cancellationToken) =>
        ConnectAsync(makeSocket, Loopbacks, port, cancellationToken);

    /// <summary>Connects to the first of some addresses that answers.</summary>
    public static async Task<Stream> ConnectAsync(Func<AddressFamily, Task<Socket>> makeSocket, IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        var refused = "";
        foreach (var address in addresses)
        {
            Socket? socket = null;
            try
            {
                socket = await makeSocket(address.AddressFamily);
                socket.NoDelay = true;
                await socket.ConnectAsync(address, port, patience.Token);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException error)
            {
                socket?.Dispose();

                // The first address's words: the second is only a guess.
                refused = refused.Length > 0 ? refused : $"dial tcp {new IPEndPoint(address, port)}: connect: {error.Message.ToLowerInvariant()}";
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                socket?.Dispose();
                throw new RuntimeException(RuntimeErrorKind.NotFound, $"dial tcp {new IPEndPoint(address, port)}: i/o timeout");
            }
            catch
            {
                socket?.Dispose();
                throw;
            }
        }

        throw new RuntimeException(RuntimeErrorKind.NotFound, refused);
    }
}
