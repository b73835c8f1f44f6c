using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;

namespace Grainhouse.Planning.Nodes;

/// <summary>Evens out the CPU use that an agent reports every second: a mean in which what is older counts for less and less.</summary>
public static class UsageAverage
{
    /// <summary>Puts the mean in the place of each CPU figure of a report. What was not measured before begins with what it is now.</summary>
    /// <param name="report">The newest report; it is changed.</param>
    /// <param name="before">What this gave for the report before; null if there was none.</param>
    /// <param name="elapsed">The time between the two.</param>
    public static void Smooth(Heartbeat report, Heartbeat? before, TimeSpan elapsed)
    {
        if (before is null)
        {
            return;
        }

        var weight = 1 - Math.Exp(-elapsed / NodeUsage.Window);
        Smooth(report.Node, before.Node, weight);
        var pods = before.Pods.ToDictionary(pod => pod.PodUid, StringComparer.Ordinal);
        foreach (var pod in report.Pods)
        {
            if (pods.TryGetValue(pod.PodUid, out var earlier))
            {
                foreach (var (name, usage) in pod.Containers)
                {
                    Smooth(usage, earlier.Containers.GetValueOrDefault(name), weight);
                }
            }
        }
    }

    private static void Smooth(Usage? now, Usage? before, double weight)
    {
        if (now is not null && before is not null)
        {
            now.CpuNanocores = (ulong)Math.Round(before.CpuNanocores + (weight * ((double)now.CpuNanocores - before.CpuNanocores)));
        }
    }
}
