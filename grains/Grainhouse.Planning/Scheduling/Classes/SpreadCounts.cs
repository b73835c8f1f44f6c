using Grainhouse.Planning.Scheduling.Scores;

namespace Grainhouse.Planning.Scheduling;

/// <summary>How many pods of a class each feasible node has, and what that scores while pods are placed.</summary>
internal sealed class SpreadCounts
{
    private readonly List<int> marked = [];
    private int[] counts = [];
    private int[] nodesByCount = new int[8];
    private int[] scores = new int[8];
    private int nodes;
    private int max;

    /// <summary>The lowest count of a feasible node; -1 if none is feasible.</summary>
    public int Min { get; private set; }

    /// <summary>The slots with pods of the class.</summary>
    public List<int> Marked => marked;

    /// <summary>Whether the class is spread at all.</summary>
    public bool Used { get; private set; }

    /// <summary>Starts over for a class.</summary>
    /// <param name="feasible">The feasible nodes, by slot.</param>
    /// <param name="clusterNodes">How many nodes there are.</param>
    /// <param name="onNodes">The class's pods by slot; null for a class that is not spread.</param>
    public void Begin(ReadOnlySpan<bool> feasible, int clusterNodes, Dictionary<int, int>? onNodes)
    {
        Used = onNodes is not null;
        if (onNodes is null)
        {
            return;
        }

        if (counts.Length < feasible.Length)
        {
            counts = new int[feasible.Length * 2];
        }

        nodes = clusterNodes;
        foreach (var slot in marked)
        {
            counts[slot] = 0;
        }

        marked.Clear();
        Array.Clear(nodesByCount);
        nodesByCount[0] = feasible.Count(true);
        foreach (var (slot, count) in onNodes)
        {
            counts[slot] = count;
            marked.Add(slot);
            if (feasible[slot])
            {
                Reach(count);
                nodesByCount[0]--;
                nodesByCount[count]++;
            }
        }
    }

    /// <summary>A feasible node got a pod, and stays feasible or not. True: the scores of all nodes have changed.</summary>
    public bool Placed(int slot, bool feasible)
    {
        var count = counts[slot]++;
        if (count == 0)
        {
            marked.Add(slot);
        }

        nodesByCount[count]--;
        Reach(count + 1);
        nodesByCount[count + 1] += feasible ? 1 : 0;
        return (nodesByCount[count] == 0 && (count == Min || count == max)) || (feasible && count + 1 > max);
    }

    /// <summary>Computes the scores by count.</summary>
    public void Normalize()
    {
        Min = Array.FindIndex(nodesByCount, number => number > 0);
        max = Array.FindLastIndex(nodesByCount, number => number > 0);
        for (var count = Min; Min >= 0 && count <= max; count++)
        {
            scores[count] = HostSpread.Normalize(HostSpread.Cost(count, nodes), HostSpread.Cost(Min, nodes), HostSpread.Cost(max, nodes));
        }
    }

    /// <summary>The weighted score of a feasible node.</summary>
    public int Score(int slot) => HostSpread.Weight * scores[counts[slot]];

    private void Reach(int count)
    {
        if (count + 1 >= nodesByCount.Length)
        {
            Array.Resize(ref nodesByCount, Math.Max(count + 2, nodesByCount.Length * 2));
            Array.Resize(ref scores, nodesByCount.Length);
        }
    }
}
