using System.Collections.Frozen;
using Grainhouse.HostAgent.Cluster;
using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Pods;

namespace Grainhouse.HostAgent.Hosting;

/// <summary>What an agent that no longer runs was last told of its pods, for those who must end them without it.</summary>
public static class LastOrders
{
    /// <summary>How long each pod asked to have to end (terminationGracePeriodSeconds), by its uid. Pods without an order that can be read are left out.</summary>
    /// <param name="options">The options that the agent ran with; the caller must know that it runs no more.</param>
    public static IReadOnlyDictionary<string, TimeSpan> GracePeriods(HostAgentOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var store = new DirectiveStore(options.DataDirectory);
        var periods = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        foreach (var order in store.Load()?.Pods ?? [])
        {
            try
            {
                periods[order.Uid] = GracePeriod.Of(OrderParser.Parse(order.Pod));
            }
            catch (System.Text.Json.JsonException)
            {
                // The agent could not read it either, so nothing of it runs.
            }
        }

        return periods.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
