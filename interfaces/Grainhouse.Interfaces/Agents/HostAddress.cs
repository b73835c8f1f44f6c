using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Grainhouse.Interfaces.Agents;

/// <summary>The address under which other machines, and containers on this one, reach this host.</summary>
public static class HostAddress
{
    private const int MostLooks = 10;

    // Of a range that is for documents alone (RFC 5737): nobody's.
    private static readonly IPEndPoint Anybody = new(new IPAddress([192, 0, 2, 1]), 9);

    /// <summary>The source address of the default route; without one the first IPv4 address of an interface that is up; else 127.0.0.1.</summary>
    public static IPAddress Find() => FindSource() ?? FindFirst() ?? IPAddress.Loopback;

    private static IPAddress? FindSource()
    {
        try
        {
            // Connecting a datagram socket sends nothing: the kernel only picks the route.
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(Anybody);
            return socket.LocalEndPoint is IPEndPoint local && !local.Address.Equals(IPAddress.Any) ? local.Address : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    private static IPAddress? FindFirst()
    {
        for (var look = 1; ; look++)
        {
            try
            {
                return NetworkInterface.GetAllNetworkInterfaces()
                    .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
                    .SelectMany(card => card.GetIPProperties().UnicastAddresses)
                    .Select(unicast => unicast.Address)
                    .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork);
            }
            catch (Exception error) when (error is ArgumentException or NetworkInformationException && look < MostLooks)
            {
                // A pod's interface that went while they were counted makes the whole look fail.
                continue;
            }
        }
    }
}
