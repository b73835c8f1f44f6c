using System.Net.Sockets;
using Grainhouse.Gateway.Agents;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Streams;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.Gateway.Proxy;

/// <summary>A server that requests are passed on to.</summary>
/// <param name="Authority">A host name that is its own: connections to it are kept under this name.</param>
/// <param name="IsSecure">Whether it is spoken to by TLS.</param>
/// <param name="Port">Its port.</param>
internal abstract record ProxyTarget(string Authority, bool IsSecure, ushort Port)
{
    /// <summary>Connects to it.</summary>
    /// <exception cref="RequestRefusedException">503: it cannot be reached.</exception>
    public abstract ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken);

    /// <summary>The refusal for a server that cannot be reached, in upstream's words.</summary>
    protected static RequestRefusedException Unreachable(string why) => new(Interfaces.Objects.ApiStatus.Unavailable($"error trying to reach service: {why}"));
}

/// <summary>A port of a pod, or of a node, reached through the node's agent.</summary>
internal sealed record TunnelledTarget(TunnelOpener Tunnels, StreamTarget Where, bool IsSecure, ushort Port)
    : ProxyTarget(Where.PodUid.Length > 0 ? $"{Where.PodUid}.pod" : $"{Where.Node}.node", IsSecure, Port)
{
    /// <inheritdoc/>
    public override async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var (tunnel, error) = await StreamTunnel.OpenAsync(Tunnels, Where, new TunnelRequest { Port = new PortRequest { Port = Port } }, cancellationToken);
        return tunnel is not null ? new TunnelStream(tunnel) : throw Unreachable(error!.Message);
    }
}

/// <summary>An address that a user wrote into a service's endpoints.</summary>
internal sealed record AddressTarget(string Address, bool IsSecure, ushort Port) : ProxyTarget(Address, IsSecure, Port)
{
    /// <inheritdoc/>
    public override async ValueTask<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(Address, Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch (SocketException refused)
        {
            socket.Dispose();
            throw Unreachable($"dial tcp {Address}:{Port}: {refused.Message.ToLowerInvariant()}");
        }
    }
}
