using System.Collections.Immutable;

namespace Grainhouse.Planning.Scheduling.Scores;

/// <summary>NodeAffinity's score: the sum of the weights of the preferred terms that match.</summary>
internal static class PreferredAffinity
{
    /// <summary>Upstream's weight of this score.</summary>
    public const int Weight = 2;

    public static int Sum(NodeFacts node, ImmutableArray<PreferredTerm> preferred)
    {
        var sum = 0;
        foreach (var (weight, term) in preferred)
        {
            sum += term.Matches(node) ? weight : 0;
        }

        return sum;
    }

    /// <summary>0 to 100 by the sum; <paramref name="max"/> is the highest of all feasible nodes.</summary>
    public static int Normalize(int sum, int max) => max == 0 ? 0 : ResourceScores.Max * sum / max;
}
