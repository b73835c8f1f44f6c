using System.Collections.Immutable;

namespace Grainhouse.Planning.Scheduling.Scores;

/// <summary>TaintToleration's score: the fewer PreferNoSchedule taints a pod does not tolerate, the better.</summary>
internal static class PreferredTaints
{
    /// <summary>Upstream's weight of this score.</summary>
    public const int Weight = 3;

    /// <summary>How many taints the pod would rather avoid.</summary>
    public static int Count(ImmutableArray<Taint> taints, ImmutableArray<Toleration> tolerations)
    {
        var count = 0;
        foreach (var taint in taints)
        {
            if (taint.Effect == Taint.PreferNoSchedule && !Tolerated(taint, tolerations))
            {
                count++;
            }
        }

        return count;
    }

    /// <summary>0 to 100 by the count; <paramref name="max"/> is the highest of all feasible nodes.</summary>
    public static int Normalize(int count, int max) => max == 0 ? ResourceScores.Max : ResourceScores.Max - (ResourceScores.Max * count / max);

    private static bool Tolerated(in Taint taint, ImmutableArray<Toleration> tolerations)
    {
        foreach (var toleration in tolerations)
        {
            if (toleration.Effect is "" or Taint.PreferNoSchedule && toleration.Tolerates(taint))
            {
                return true;
            }
        }

        return false;
    }
}
