using System.Net;
using System.Net.Sockets;

namespace Grainhouse.Grains.Tests;

internal static class TestPorts
{
    public static int Next()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
