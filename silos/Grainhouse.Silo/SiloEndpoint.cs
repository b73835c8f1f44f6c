using System.Net;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.Silo;

/// <summary>Where the other silos of a cluster reach one.</summary>
internal sealed record SiloEndpoint(IPAddress Address, int Port)
{
    /// <summary>What the options say; else this host's address and any free port of it.</summary>
    public static SiloEndpoint Of(SiloOptions options)
    {
        var address = options.SiloAddress ?? HostAddress.Find();
        return new SiloEndpoint(address, options.SiloPort ?? FreePort.Next(address));
    }
}
