using Grainhouse.Planning.Scheduling.Filters;

namespace Grainhouse.Planning.Scheduling;

/// <summary>Whether pods fit on one node: in the scheduler's words for new pods, in a kubelet's for pods that name the node themselves.</summary>
internal sealed class NodeAdmission(string name)
{
    private readonly NodeUse use = new();
    private readonly List<string> reasons = [];
    private readonly List<Shortage> shortages = [];
    private NodeRow row;
    private NodeFacts? facts;

    /// <summary>Whether the Node object exists.</summary>
    public bool Exists => facts is not null;

    public void Describe(NodeFacts? node)
    {
        facts = node;
        row.Present = false;
        if (node is not null)
        {
            row.Describe(node);
        }
    }

    /// <summary>Counts a pod in (1) or out (-1).</summary>
    public void Count(PodTemplate pod, int sign)
    {
        row.Count(pod, sign);
        use.Count(pod, sign);
    }

    /// <summary>Why a new pod is refused, in the scheduler's words; empty if it fits.</summary>
    public string Refusal(PodTemplate pod)
    {
        if (facts is null)
        {
            return $"node \"{name}\" not found";
        }

        reasons.Clear();
        FilterChain.Explain(row, facts, use, pod, reasons);
        return string.Join(", ", reasons);
    }

    /// <summary>Why a pod that names this node is rejected, in a kubelet's words; null if it fits.</summary>
    public (string Reason, string Message)? Rejection(PodTemplate pod)
    {
        if (facts is null)
        {
            return null;
        }

        shortages.Clear();
        NodeResourcesFit.Explain(row, facts, use, pod, shortages);
        if (shortages.Count > 0)
        {
            var (resource, requested, used, capacity) = shortages[0];
            return ($"OutOf{resource}",
                $"Node didn't have enough resource: {resource}, requested: {requested}, used: {used}, capacity: {capacity}");
        }

        if (!NodeAffinity.Fits(facts, pod))
        {
            return (nameof(NodeAffinity), $"Predicate {nameof(NodeAffinity)} failed: {NodeAffinity.Reason}");
        }

        return NodePorts.Fits(use, pod) ? null : (nameof(NodePorts), $"Predicate {nameof(NodePorts)} failed: {NodePorts.Reason}");
    }
}
