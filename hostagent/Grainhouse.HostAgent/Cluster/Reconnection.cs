using Grpc.Core;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>After a stream's end: whether to try another gateway, and how long to wait before: 0.1 s doubling to a bound, each with jitter.</summary>
public static class Reconnection
{
    /// <summary>The longest wait for a gateway on this machine: it refuses at once while it starts, and asking it costs nobody else anything.</summary>
    private const double NearSeconds = 0.25;

    /// <summary>The longest wait for a gateway elsewhere, which thousands of agents may be asking.</summary>
    private const double FarSeconds = 1;

    private static readonly TimeSpan Success = TimeSpan.FromSeconds(5);

    /// <summary>Whether a stream lasted long enough to count as a success; its end is then the first failure.</summary>
    public static bool Held(TimeSpan lasted) => lasted > Success;

    /// <summary>Whether a stream ended because of its gateway; else the node's grain has moved, and the same gateway leads to it again.</summary>
    /// <param name="lost">What ended it; null if it just ended.</param>
    public static bool IsGatewaysFault(Exception? lost) => lost is not (null or RpcException { StatusCode: StatusCode.Aborted });

    /// <summary>The wait in a round through all gateways, none of which answers; rounds count from 1.</summary>
    /// <remarks>Within the first round each wait is the shortest: that one gateway is away says nothing of the next one.</remarks>
    public static TimeSpan Delay(Uri gateway, int round, Random random)
    {
        ArgumentNullException.ThrowIfNull(gateway);
        ArgumentNullException.ThrowIfNull(random);
        var seconds = Math.Min(gateway.IsLoopback ? NearSeconds : FarSeconds, 0.1 * Math.Pow(2, Math.Clamp(round - 1, 0, 10)));

        // Half fixed, half random: after a gateway's restart its agents come back spread out.
        return TimeSpan.FromSeconds(seconds * (0.5 + 0.5 * random.NextDouble()));
    }
}
