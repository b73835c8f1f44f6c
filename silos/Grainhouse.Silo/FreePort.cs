using System.Net;
using System.Net.Sockets;

namespace Grainhouse.Silo;

/// <summary>Finds a port that nobody listens on.</summary>
internal static class FreePort
{
    /// <summary>One of loopback.</summary>
    public static int Next() => Next(IPAddress.Loopback);

    /// <summary>One of an address of this machine. Another process may take it before the caller does.</summary>
    public static int Next(IPAddress address)
    {
        using var probe = new TcpListener(address, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
