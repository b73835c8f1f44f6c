using System.Net;

namespace Grainhouse.HostAgent.Network;

/// <summary>The bridge on which the pods of this host have their links.</summary>
/// <param name="Id">What tells it from an earlier one of the same name.</param>
/// <param name="Link">The link's name on the host.</param>
/// <param name="Subnet">Where pods have their addresses; its upper half is the agents' to give.</param>
/// <param name="Gateway">The host's own address on it.</param>
internal sealed record PodBridge(string Id, string Link, IPNetwork Subnet, IPAddress Gateway)
{
    /// <summary>The number of addresses that agents may give.</summary>
    public int PodAddresses => (1 << (32 - Subnet.PrefixLength - 1)) - 1;

    /// <summary>The address with a number, from 0.</summary>
    public IPAddress PodAddress(int number)
    {
        var bytes = Subnet.BaseAddress.GetAddressBytes();
        var start = (uint)(bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]);
        var address = start + (1u << (32 - Subnet.PrefixLength - 1)) + (uint)number;
        return new IPAddress([(byte)(address >> 24), (byte)(address >> 16), (byte)(address >> 8), (byte)address]);
    }
}
