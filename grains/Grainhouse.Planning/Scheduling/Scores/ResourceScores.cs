namespace Grainhouse.Planning.Scheduling.Scores;

/// <summary>NodeResourcesFit's score: how free (LeastAllocated) or how full (MostAllocated) the node is with the pod on it.</summary>
internal static class ResourceScores
{
    public const int Max = 100;

    private const long ExactCapacity = (1L << 53) / Max;

    /// <summary>The score of a node, 0 to 100: the mean over CPU and memory, of those that the node has.</summary>
    public static int Fit(in NodeRow row, PodTemplate pod, FitStrategy strategy)
    {
        var cpu = row.AllocatableCpuMillis;
        var memory = row.AllocatableMemoryBytes;
        var kinds = (cpu > 0 ? 1 : 0) + (memory > 0 ? 1 : 0);
        if (kinds == 0)
        {
            return 0;
        }

        var sum = Fraction(row.NonZeroCpuMillis + pod.NonZero.CpuMillis, cpu, strategy)
            + Fraction(row.NonZeroMemoryBytes + pod.NonZero.MemoryBytes, memory, strategy);
        return (int)(sum / kinds);
    }

    private static long Fraction(long requested, long capacity, FitStrategy strategy)
    {
        if (capacity == 0)
        {
            return 0;
        }

        var part = strategy == FitStrategy.MostAllocated ? Math.Min(requested, capacity) : Math.Max(0, capacity - requested);
        // Below the bound both sides are exact as doubles, and so is the whole part of their quotient; it takes a fraction of
        // the time of an integer division, and this runs once for each class and node.
        return capacity < ExactCapacity ? (long)((double)(part * Max) / capacity) : part * Max / capacity;
    }
}
