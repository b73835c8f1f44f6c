using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Orleans.Runtime;

namespace Grainhouse.Gateway.Computed;

/// <summary>Asks the grains of nodes what their agents measure.</summary>
internal sealed class UsageReader(IGrainFactory grains)
{
    /// <summary>The use of a node and of the pods on it; null if no agent is attached, or its grain is out of reach.</summary>
    /// <remarks>One node that does not answer leaves a gap, as with metrics-server, and not an error for all the others.</remarks>
    public async Task<Heartbeat?> ReadAsync(string node)
    {
        try
        {
            return (await grains.GetGrain<INodeGrain>(node).GetUsageAsync())?.Value;
        }
        catch (Exception away) when (away is OrleansException or TimeoutException)
        {
            return null;
        }
    }
}
