namespace Grainhouse.Planning.Scheduling.Filters;

/// <summary>A cordoned node takes no new pods, but those that tolerate it.</summary>
internal static class NodeUnschedulable
{
    public const string Reason = "node(s) were unschedulable";

    public static bool Fits(bool unschedulable, PodTemplate pod) => !unschedulable || pod.ToleratesUnschedulable;
}
