using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Scheduling;

/// <summary>Where a pod stands with the scheduler.</summary>
internal enum PodStanding
{
    /// <summary>Its gates are closed.</summary>
    Gated = 0,

    /// <summary>It waits in its class for a node.</summary>
    Queued = 1,

    /// <summary>It was proposed; its node counts it already.</summary>
    Assumed = 2,

    /// <summary>Its document names its node.</summary>
    Bound = 3,
}

/// <summary>A pod in the scheduler's picture.</summary>
internal sealed class TrackedPod(ObjectKey key, string uid)
{
    public ObjectKey Key { get; } = key;

    public string Uid { get; } = uid;

    public long Revision { get; set; }

    public PodClass Class { get; set; } = null!;

    public long CreationSecond { get; set; }

    public PodStanding Standing { get; set; }

    /// <summary>The slot of its node while assumed or bound.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>Makes older entries of this pod in queues void.</summary>
    public int Ticket { get; set; }

    /// <summary>What the pod's PodScheduled condition says; empty if it does not say that the pod is not scheduled.</summary>
    public string ConditionReason { get; set; } = "";

    public string ConditionMessage { get; set; } = "";

    /// <summary>What the condition says, or was last asked to say.</summary>
    public string ReportedReason { get; set; } = "";

    public string ReportedMessage { get; set; } = "";

    /// <summary>Only what the condition really says counts: a report may have been lost.</summary>
    public void ForgetReport()
    {
        ReportedReason = ConditionReason;
        ReportedMessage = ConditionMessage;
    }
}
