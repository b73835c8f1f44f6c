using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Grainhouse.Acceptance.Tests.Harness;

/// <summary>The way to a server, which a test can close: then connections end, and new ones are refused.</summary>
internal sealed class TcpGate : IAsyncDisposable
{
    private static readonly TimeSpan Farewell = TimeSpan.FromMilliseconds(500);

    private readonly int target;
    private readonly ConcurrentDictionary<Socket, bool> open = new();
    private TcpListener listener;
    private Task accepting;

    private TcpGate(int target)
    {
        this.target = target;
        listener = Listen(0);
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync(listener);
    }

    public int Port { get; }

    /// <summary>An open way to a port of this machine.</summary>
    public static TcpGate To(int target) => new(target);

    /// <summary>Ends all connections and takes no new ones.</summary>
    public async Task CloseAsync()
    {
        listener.Stop();
        await accepting;
        Cut();
    }

    /// <summary>Ends all connections; new ones are taken.</summary>
    public void Cut()
    {
        foreach (var socket in open.Keys)
        {
            socket.Dispose();
        }
    }

    /// <summary>Takes connections again.</summary>
    public void Open()
    {
        listener = Listen(Port);
        accepting = AcceptAsync(listener);
    }

    public async ValueTask DisposeAsync() => await CloseAsync();

    private static TcpListener Listen(int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, port);
        listener.Start();
        return listener;
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                _ = PassAsync(await from.AcceptSocketAsync());
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task PassAsync(Socket client)
    {
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        open[client] = true;
        open[server] = true;
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, target);
            Task[] ways = [CopyAsync(client, server), CopyAsync(server, client)];
            await Task.WhenAny(ways);

            // Who died ends one way and never hears of the other.
            await Task.WhenAny(Task.WhenAll(ways), Task.Delay(Farewell));
        }
        catch (Exception lost) when (lost is SocketException or ObjectDisposedException)
        {
        }
        finally
        {
            open.TryRemove(client, out _);
            open.TryRemove(server, out _);
            client.Dispose();
        }
    }

    private static async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer, SocketFlags.None)) > 0)
            {
                for (var sent = 0; sent < read;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, read - sent), SocketFlags.None);
                }
            }

            // Each way ends by itself: to close the other with it could take back what was sent last.
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception lost) when (lost is SocketException or ObjectDisposedException)
        {
            from.Dispose();
            to.Dispose();
        }
    }
}
