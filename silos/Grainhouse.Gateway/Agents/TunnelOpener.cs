using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Orleans.Concurrency;

namespace Grainhouse.Gateway.Agents;

/// <summary>Asks a node's agent for a tunnel and waits until it has dialled back.</summary>
internal sealed class TunnelOpener(IGrainFactory grains, TunnelBroker broker, AttachedNodes attached, GatewayOptions options, TimeProvider time)
{
    /// <summary>Opens a tunnel, its first frame current; null if the node's agent is not in reach. Dispose it to end it.</summary>
    /// <param name="node">The node.</param>
    /// <param name="request">What the tunnel is for, without id and gateway.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<Tunnel?> OpenAsync(string node, TunnelRequest request, CancellationToken cancellationToken)
    {
        var pending = broker.Announce(node);
        Tunnel? tunnel = null;
        try
        {
            request.Id = pending.Id;
            request.Gateway = attached.Contains(node) || options.AdvertisedAddresses.Count == 0 ? "" : $"https://{options.AdvertisedAddresses[0]}:{options.Port}";
            if (await grains.GetGrain<INodeGrain>(node).OpenTunnelAsync(request.AsImmutable()))
            {
                tunnel = await pending.Opened.WaitAsync(options.AgentTimeout, time, cancellationToken);
            }
        }
        catch (TimeoutException)
        {
            // An agent that does not come is one that is not in reach.
        }
        finally
        {
            if (tunnel is null)
            {
                pending.Dispose();
            }
        }

        return tunnel;
    }
}
