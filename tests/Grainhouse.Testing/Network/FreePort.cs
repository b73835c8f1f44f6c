using System.Net;
using System.Net.Sockets;

namespace Grainhouse.Testing.Network;

/// <summary>Ports that nobody listens on.</summary>
public static class FreePort
{
    /// <summary>A TCP port of the loopback address. Nothing reserves it: whoever wants it should take it soon.</summary>
    public static int Next()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
