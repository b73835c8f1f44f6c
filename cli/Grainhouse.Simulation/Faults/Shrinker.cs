using System.Collections.Immutable;

namespace Grainhouse.Simulation.Faults;

/// <summary>Finds a short list of faults that still makes a run fail.</summary>
internal static class Shrinker
{
    /// <summary>Delta debugging (Zeller, "Simplifying and Isolating Failure-Inducing Input"): leaves out ever smaller parts while the rest still fails.</summary>
    /// <param name="faults">A list that fails.</param>
    /// <param name="fails">Whether a list fails.</param>
    /// <param name="mostRuns">The most lists to try.</param>
    public static ImmutableArray<Fault> Shrink(ImmutableArray<Fault> faults, Func<ImmutableArray<Fault>, bool> fails, int mostRuns = 200)
    {
        var parts = 2;
        while (faults.Length > 0 && mostRuns > 0)
        {
            var size = Math.Max(1, faults.Length / parts);
            var shorter = Without(faults, size).FirstOrDefault(rest => mostRuns-- > 0 && fails(rest), faults);
            if (shorter.Length < faults.Length)
            {
                faults = shorter;
                parts = Math.Max(2, parts - 1);
            }
            else if (size == 1)
            {
                break;
            }
            else
            {
                parts *= 2;
            }
        }

        return faults;
    }

    private static IEnumerable<ImmutableArray<Fault>> Without(ImmutableArray<Fault> faults, int size)
    {
        for (var start = 0; start < faults.Length; start += size)
        {
            yield return faults.RemoveRange(start, Math.Min(size, faults.Length - start));
        }
    }
}
