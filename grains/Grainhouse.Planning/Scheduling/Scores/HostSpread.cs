namespace Grainhouse.Planning.Scheduling.Scores;

/// <summary>Default topology spreading: pods of one controller keep apart by host (PodTopologySpread, ScheduleAnyway).</summary>
internal static class HostSpread
{
    /// <summary>Upstream's weight of this score.</summary>
    public const int Weight = 2;

    // Upstream's default constraint for kubernetes.io/hostname.
    private const int MaxSkew = 3;

    /// <summary>What a count of the controller's pods weighs in a cluster of this many nodes.</summary>
    public static int Cost(int count, int nodes) => (int)Math.Round((count * Math.Log(nodes + 2)) + (MaxSkew - 1));

    /// <summary>0 to 100 by the cost; the bounds are those of all feasible nodes.</summary>
    public static int Normalize(int cost, int min, int max) => ResourceScores.Max * (max + min - cost) / max;
}
