namespace Grainhouse.Planning.Scheduling.Filters;

/// <summary>Two pods cannot have the same port of their node.</summary>
internal static class NodePorts
{
    public const string Reason = "node(s) didn't have free ports for the requested pod ports";

    public static bool Fits(NodeUse node, PodTemplate pod)
    {
        foreach (var port in pod.HostPorts)
        {
            if (node.Conflicts(port))
            {
                return false;
            }
        }

        return true;
    }
}
