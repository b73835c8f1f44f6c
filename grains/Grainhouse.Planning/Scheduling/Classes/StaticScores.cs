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
    private bool hasTaints;
    private bool hasAffinity;
    private bool hasImages;

    /// <summary>Computes the raw scores of the feasible nodes.</summary>
    public void Begin(PodTemplate pod, ReadOnlySpan<bool> feasible, ReadOnlySpan<int> preferredTaintsBySet)
    {
        if (taints.Length < feasible.Length)
        {
            var size = feasible.Length * 2;
            taints = new int[size];
            affinities = new int[size];
            images = new int[size];
            imageSums = new long[size];
        }

        ScoreTaints(feasible.Length, preferredTaintsBySet[..nodes.TaintSets.Count]);
        ScoreAffinity(pod, feasible);
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
        (maxTaints == 0 ? PreferredTaints.Weight * ResourceScores.Max : PreferredTaints.Weight * PreferredTaints.Normalize(taints[slot], maxTaints))
        + (maxAffinity == 0 ? 0 : PreferredAffinity.Weight * PreferredAffinity.Normalize(affinities[slot], maxAffinity))
        + (hasImages ? images[slot] : 0);

    private void ScoreTaints(int slots, ReadOnlySpan<int> bySet)
    {
        hasTaints = bySet.ContainsAnyExcept(0);
        var rows = nodes.Rows;
        for (var slot = 0; hasTaints && slot < slots; slot++)
        {
            taints[slot] = bySet[rows[slot].TaintSet];
        }
    }

    private void ScoreAffinity(PodTemplate pod, ReadOnlySpan<bool> feasible)
    {
        hasAffinity = !pod.Preferred.IsEmpty;
        for (var slot = 0; hasAffinity && slot < feasible.Length; slot++)
        {
            affinities[slot] = feasible[slot] ? PreferredAffinity.Sum(nodes.Facts(slot), pod.Preferred) : 0;
        }
    }

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
                imageSums.AsSpan(0, slots).Clear();
                images.AsSpan(0, slots).Clear();
                hasImages = true;
            }

            foreach (var (slot, size) in holders)
            {
                imageSums[slot] += ImageLocality.Scaled(size, holders.Count, nodes.Count);
                // Of several images the last leaves the score of the whole sum.
                images[slot] = ImageLocality.Score(imageSums[slot], pod.Images.Length);
            }
        }
    }

    private void FindMaxima(ReadOnlySpan<bool> feasible)
    {
        (maxTaints, slotsAtMaxTaints) = hasTaints ? Max(taints, feasible) : default;
        (maxAffinity, slotsAtMaxAffinity) = hasAffinity ? Max(affinities, feasible) : default;
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
