using Grainhouse.Planning.Scheduling.Scores;

namespace Grainhouse.Planning.Scheduling;

/// <summary>The part of the scores of one class that its own placements do not change: taints, affinity and images.</summary>
internal sealed class StaticScores(NodeTable nodes)
{
    private int[] taints = [];
    private int[] affinities = [];
    private int[] images = [];
    private long[] imageSums = [];
    private int maxTaints;
    private int maxAffinity;
    private int slotsAtMaxTaints;
    private int slotsAtMaxAffinity;
    private bool hasImages;

    /// <summary>Computes the raw scores of the feasible nodes.</summary>
    public void Begin(PodTemplate pod, ReadOnlySpan<bool> feasible, ReadOnlySpan<int> preferredTaintsBySet)
    {
        if (taints.Length < feasible.Length)
        {
            taints = new int[feasible.Length];
            affinities = new int[feasible.Length];
            images = new int[feasible.Length];
            imageSums = new long[feasible.Length];
        }

        var rows = nodes.Rows;
        for (var slot = 0; slot < feasible.Length; slot++)
        {
            taints[slot] = preferredTaintsBySet[rows[slot].TaintSet];
            affinities[slot] = pod.Preferred.IsEmpty || !feasible[slot] ? 0 : PreferredAffinity.Sum(nodes.Facts(slot), pod.Preferred);
        }

        ScoreImages(pod, feasible.Length);
        FindMaxima(feasible);
    }

    /// <summary>A node left the feasible ones. True: the scores of all nodes have changed.</summary>
    public bool Excluded(int slot, ReadOnlySpan<bool> feasible)
    {
        var gone = (maxTaints > 0 && taints[slot] == maxTaints && --slotsAtMaxTaints == 0)
            | (maxAffinity > 0 && affinities[slot] == maxAffinity && --slotsAtMaxAffinity == 0);
        if (gone)
        {
            FindMaxima(feasible);
        }

        return gone;
    }

    /// <summary>The weighted sum for a node.</summary>
    public int Score(int slot) =>
        (PreferredTaints.Weight * PreferredTaints.Normalize(taints[slot], maxTaints))
        + (PreferredAffinity.Weight * PreferredAffinity.Normalize(affinities[slot], maxAffinity))
        + (hasImages ? images[slot] : 0);

    private void ScoreImages(PodTemplate pod, int slots)
    {
        hasImages = false;
        foreach (var image in pod.Images)
        {
            if (nodes.Images.Find(image) is not { } holders)
            {
                continue;
            }

            if (!hasImages)
            {
                Array.Clear(imageSums);
                hasImages = true;
            }

            foreach (var (slot, size) in holders)
            {
                imageSums[slot] += ImageLocality.Scaled(size, holders.Count, nodes.Count);
            }
        }

        for (var slot = 0; hasImages && slot < slots; slot++)
        {
            images[slot] = ImageLocality.Score(imageSums[slot], pod.Images.Length);
        }
    }

    private void FindMaxima(ReadOnlySpan<bool> feasible)
    {
        (maxTaints, slotsAtMaxTaints) = Max(taints, feasible);
        (maxAffinity, slotsAtMaxAffinity) = Max(affinities, feasible);
    }

    private static (int Max, int Slots) Max(int[] values, ReadOnlySpan<bool> feasible)
    {
        var max = 0;
        var slots = 0;
        for (var slot = 0; slot < feasible.Length; slot++)
        {
            if (!feasible[slot] || values[slot] < max)
            {
                continue;
            }

            slots = values[slot] == max ? slots + 1 : 1;
            max = values[slot];
        }

        return (max, slots);
    }
}
