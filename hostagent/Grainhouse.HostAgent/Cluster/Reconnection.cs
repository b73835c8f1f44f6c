namespace Grainhouse.HostAgent.Cluster;

/// <summary>How long to wait before the next try to reach a gateway: 0.1 s doubling to 2 s, each with jitter.</summary>
public static class Reconnection
{
    /// <summary>The wait after a number of failures in a row, from 1.</summary>
    public static TimeSpan Delay(int failures, Random random)
    {
        ArgumentNullException.ThrowIfNull(random);
        var seconds = Math.Min(2, 0.1 * Math.Pow(2, Math.Clamp(failures - 1, 0, 10)));

        // Half fixed, half random: after a gateway's restart its agents come back spread out.
        return TimeSpan.FromSeconds(seconds * (0.5 + 0.5 * random.NextDouble()));
    }
}
