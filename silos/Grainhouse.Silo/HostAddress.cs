using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Grainhouse.Silo;

/// <summary>Finds the address under which other machines, and containers on this one, reach this host.</summary>
internal static class HostAddress
{
    /// <summary>The first IPv4 address of an interface that is up and has a gateway; else any that is not loopback; else loopback.</summary>
    public static IPAddress Find()
    {
        var interfaces = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.OperationalStatus == OperationalStatus.Up && card.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .Select(card => card.GetIPProperties())
            .OrderByDescending(card => card.GatewayAddresses.Count);
        return interfaces
            .SelectMany(card => card.UnicastAddresses)
            .Select(unicast => unicast.Address)
            .FirstOrDefault(address => address.AddressFamily == AddressFamily.InterNetwork) ?? IPAddress.Loopback;
    }
}
