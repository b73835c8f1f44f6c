using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Scheduling;

/// <summary>A proposal: this pod on this node.</summary>
/// <param name="Pod">The pod's key.</param>
/// <param name="Uid">The pod's uid; answer with <see cref="Scheduler.Resolve"/>.</param>
/// <param name="Revision">The newest revision of the pod that the scheduler has seen.</param>
/// <param name="Node">The node's name.</param>
public sealed record Placement(ObjectKey Pod, string Uid, long Revision, string Node);

/// <summary>Why a pod has no node: what its PodScheduled condition should say (status False).</summary>
/// <param name="Pod">The pod's key.</param>
/// <param name="Uid">The pod's uid.</param>
/// <param name="Revision">The newest revision of the pod that the scheduler has seen.</param>
/// <param name="Reason"><see cref="Unschedulable"/> or <see cref="SchedulingGated"/>.</param>
/// <param name="Message">One sentence, as in <c>0/3 nodes are available: 3 Insufficient cpu.</c></param>
public sealed record SchedulingFailure(ObjectKey Pod, string Uid, long Revision, string Reason, string Message)
{
    /// <summary>No node can take the pod now.</summary>
    public const string Unschedulable = "Unschedulable";

    /// <summary><c>spec.schedulingGates</c> is not empty: the pod is not looked at yet.</summary>
    public const string SchedulingGated = "SchedulingGated";
}
