using Grainhouse.Gateway.Agents;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.Gateway.Streams.Ports;

/// <summary>Forwards connections to the ports of one pod.</summary>
internal sealed class PortDialer(TunnelOpener tunnels, StreamTarget target)
{
    /// <summary>Forwards one connection; returns when it is over.</summary>
    /// <returns>What went wrong, in the kubelet's words; empty for a good end.</returns>
    /// <exception cref="IOException">The client has gone.</exception>
    public async Task<string> ForwardAsync(IPortClient client, ushort port, CancellationToken cancellationToken)
    {
        var ask = new TunnelRequest { Port = new PortRequest { Port = port } };
        var (tunnel, error) = await StreamTunnel.OpenAsync(tunnels, target, ask, cancellationToken);
        if (tunnel is null)
        {
            return Words(port, error!.Message);
        }

        using (tunnel)
        {
            var broken = await PortPump.RunAsync(client, tunnel, cancellationToken);
            return broken.Length == 0 ? "" : Words(port, broken);
        }
    }

    private string Words(ushort port, string why) => $"error forwarding port {port} to pod {target.PodName}, uid {target.PodUid}: {why}";
}
