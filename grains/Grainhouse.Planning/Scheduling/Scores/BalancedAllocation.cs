namespace Grainhouse.Planning.Scheduling.Scores;

/// <summary>Prefers nodes whose CPU and memory would be used in the same proportion.</summary>
internal static class BalancedAllocation
{
    /// <summary>The score of a node, 0 to 100: less by the standard deviation of the two fractions.</summary>
    public static int Score(in NodeRow row, PodTemplate pod)
    {
        if (row.AllocatableCpuMillis == 0 || row.AllocatableMemoryBytes == 0)
        {
            return ResourceScores.Max;
        }

        var cpu = Fraction(row.RequestedCpuMillis + pod.Requests.CpuMillis, row.AllocatableCpuMillis);
        var memory = Fraction(row.RequestedMemoryBytes + pod.Requests.MemoryBytes, row.AllocatableMemoryBytes);
        // Of two values the standard deviation is half their distance.
        return (int)((1 - (Math.Abs(cpu - memory) / 2)) * ResourceScores.Max);
    }

    private static double Fraction(long requested, long capacity) => Math.Min(1, (double)requested / capacity);
}
