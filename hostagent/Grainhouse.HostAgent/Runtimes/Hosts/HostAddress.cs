using System.Net;
using System.Net.Sockets;

namespace Grainhouse.HostAgent.Runtimes.Hosts;

/// <summary>The address under which others reach this host.</summary>
public static class HostAddress
{
    /// <summary>The source address of the default route; 127.0.0.1 on a host without one.</summary>
    public static string FindPrimary()
    {
        try
        {
            // Connecting a datagram socket sends nothing: the kernel only picks the route. The target is a documentation address (RFC 5737).
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(new IPAddress([192, 0, 2, 1]), 9));
            return socket.LocalEndPoint is IPEndPoint local && !local.Address.Equals(IPAddress.Any)
                ? local.Address.ToString()
                : IPAddress.Loopback.ToString();
        }
        catch (SocketException)
        {
            return IPAddress.Loopback.ToString();
        }
    }
}
