using System.Collections.Immutable;

namespace Grainhouse.Planning.Scheduling.Filters;

/// <summary>All filters in upstream's order. The first that refuses a node gives the reasons.</summary>
internal static class FilterChain
{
    /// <summary>Adds why a pod cannot run on a node; adds nothing if it can.</summary>
    public static void Explain(in NodeRow row, NodeFacts node, NodeUse use, PodTemplate pod, List<string> reasons)
    {
        if (!NodeUnschedulable.Fits(node.Unschedulable, pod))
        {
            reasons.Add(NodeUnschedulable.Reason);
            return;
        }

        var untolerated = TaintToleration.FirstUntolerated(node.Taints, pod.Tolerations);
        if (untolerated >= 0)
        {
            reasons.Add(TaintToleration.Reason(node.Taints[untolerated]));
            return;
        }

        if (!NodeAffinity.Fits(node, pod))
        {
            reasons.Add(NodeAffinity.Reason);
            return;
        }

        if (!NodePorts.Fits(use, pod))
        {
            reasons.Add(NodePorts.Reason);
            return;
        }

        if (!NodeResourcesFit.Fits(row, node, use, pod))
        {
            var shortages = new List<Shortage>();
            NodeResourcesFit.Explain(row, node, use, pod, shortages);
            foreach (var shortage in shortages)
            {
                reasons.Add(shortage.Reason);
            }
        }
    }

    /// <summary>Whether the pod can run on the node.</summary>
    public static bool Fits(in NodeRow row, NodeFacts node, NodeUse use, PodTemplate pod) =>
        NodeUnschedulable.Fits(node.Unschedulable, pod)
        && NodeResourcesFit.Fits(row, node, use, pod)
        && TaintToleration.FirstUntolerated(node.Taints, pod.Tolerations) < 0
        && NodeAffinity.Fits(node, pod)
        && NodePorts.Fits(use, pod);

    /// <summary>One sentence, as kube-scheduler says it: how many nodes each reason cost.</summary>
    public static string Sentence(int nodes, Dictionary<string, int> histogram)
    {
        if (nodes == 0)
        {
            return "no nodes available to schedule pods";
        }

        // Upstream sorts the finished strings, counts included.
        var parts = ImmutableArray.CreateBuilder<string>(histogram.Count);
        foreach (var (reason, count) in histogram)
        {
            parts.Add($"{count} {reason}");
        }

        parts.Sort(StringComparer.Ordinal);
        return $"0/{nodes} nodes are available: {string.Join(", ", parts)}.";
    }
}
