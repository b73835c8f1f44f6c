namespace Grainhouse.Planning.Scheduling.Scores;

/// <summary>Prefers nodes that have the pod's images, by size, and the more nodes have one the more it counts.</summary>
internal static class ImageLocality
{
    private const long Megabyte = 1024 * 1024;

    // The range of sizes that most images fall into (upstream's thresholds).
    private const long MinBytes = 23 * Megabyte;
    private const long MaxBytesPerContainer = 1000 * Megabyte;

    /// <summary>What an image on a node counts: its size, scaled by its spread, so that few nodes with it are not flooded.</summary>
    public static long Scaled(long sizeBytes, int nodesWithImage, int nodes) => (long)(sizeBytes * ((double)nodesWithImage / nodes));

    /// <summary>0 to 100 by the sum over the pod's images.</summary>
    public static int Score(long sum, int containers)
    {
        if (containers == 0)
        {
            return 0;
        }

        var max = MaxBytesPerContainer * containers;
        return (int)(ResourceScores.Max * (Math.Clamp(sum, MinBytes, max) - MinBytes) / (max - MinBytes));
    }
}
