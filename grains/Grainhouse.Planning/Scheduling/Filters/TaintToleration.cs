using System.Collections.Immutable;

namespace Grainhouse.Planning.Scheduling.Filters;

/// <summary>A node's NoSchedule and NoExecute taints keep away pods that do not tolerate them.</summary>
internal static class TaintToleration
{
    /// <summary>Words for the first taint that is not tolerated.</summary>
    public static string Reason(in Taint taint) => $"node(s) had untolerated taint {{{taint.Key}: {taint.Value}}}";

    /// <summary>The index of the first taint that keeps the pod away; -1 if there is none.</summary>
    public static int FirstUntolerated(ImmutableArray<Taint> taints, ImmutableArray<Toleration> tolerations)
    {
        for (var at = 0; at < taints.Length; at++)
        {
            if (taints[at].Effect is Taint.NoSchedule or Taint.NoExecute && !Tolerates(tolerations, taints[at]))
            {
                return at;
            }
        }

        return -1;
    }

    public static bool Tolerates(ImmutableArray<Toleration> tolerations, in Taint taint)
    {
        foreach (var toleration in tolerations)
        {
            if (toleration.Tolerates(taint))
            {
                return true;
            }
        }

        return false;
    }
}
