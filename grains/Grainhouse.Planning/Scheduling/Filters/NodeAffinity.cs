namespace Grainhouse.Planning.Scheduling.Filters;

/// <summary>A pod runs only where its node selector matches, and one of its required affinity terms.</summary>
internal static class NodeAffinity
{
    public const string Reason = "node(s) didn't match Pod's node affinity/selector";

    public static bool Fits(NodeFacts node, PodTemplate pod)
    {
        foreach (var (name, value) in pod.NodeSelector)
        {
            if (!node.Labels.TryGetValue(name, out var actual) || actual != value)
            {
                return false;
            }
        }

        if (pod.Required is not { } required)
        {
            return true;
        }

        foreach (var term in required)
        {
            if (term.Matches(node))
            {
                return true;
            }
        }

        return false;
    }
}
