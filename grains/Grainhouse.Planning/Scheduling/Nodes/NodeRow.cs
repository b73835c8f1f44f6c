namespace Grainhouse.Planning.Scheduling;

/// <summary>The numbers of one node that every pod is compared with: one row of the scheduler's table, side by side in memory.</summary>
internal struct NodeRow
{
    public long AllocatableCpuMillis;
    public long AllocatableMemoryBytes;
    public long AllocatableEphemeralBytes;
    public long AllocatablePods;

    public long RequestedCpuMillis;
    public long RequestedMemoryBytes;
    public long RequestedEphemeralBytes;
    public long Pods;

    /// <summary>As requested, but with defaults for containers that ask for nothing: what spreading by load counts with.</summary>
    public long NonZeroCpuMillis;
    public long NonZeroMemoryBytes;

    /// <summary>Index of the node's set of taints; nodes with equal taints share one.</summary>
    public int TaintSet;

    /// <summary>Whether there is a Node object. Pods may name a node that does not exist (yet, or any more).</summary>
    public bool Present;

    public bool Unschedulable;

    public void Describe(NodeFacts facts)
    {
        AllocatableCpuMillis = facts.Allocatable.CpuMillis;
        AllocatableMemoryBytes = facts.Allocatable.MemoryBytes;
        AllocatableEphemeralBytes = facts.Allocatable.EphemeralStorageBytes;
        AllocatablePods = facts.AllocatablePods;
        Unschedulable = facts.Unschedulable;
        Present = true;
    }

    /// <summary>Counts a pod in (1) or out (-1).</summary>
    public void Count(PodTemplate pod, int sign)
    {
        RequestedCpuMillis += sign * pod.Requests.CpuMillis;
        RequestedMemoryBytes += sign * pod.Requests.MemoryBytes;
        RequestedEphemeralBytes += sign * pod.Requests.EphemeralStorageBytes;
        NonZeroCpuMillis += sign * pod.NonZero.CpuMillis;
        NonZeroMemoryBytes += sign * pod.NonZero.MemoryBytes;
        Pods += sign;
    }
}
