namespace Grainhouse.Planning.Scheduling;

/// <summary>What of a pod may change while its template stays the same.</summary>
internal struct PodSummary
{
    public PodSummary()
    {
    }

    public string Uid { get; set; } = "";

    /// <summary><c>metadata.creationTimestamp</c> in seconds since 1970.</summary>
    public long CreationSecond { get; set; }

    public bool Deleting { get; set; }

    /// <summary><c>spec.nodeName</c>; empty for a pod without a node.</summary>
    public string Node { get; set; } = "";

    /// <summary><c>spec.schedulerName</c>; empty if absent.</summary>
    public string SchedulerName { get; set; } = "";

    public bool Gated { get; set; }

    /// <summary>Succeeded or Failed: the pod uses nothing any more.</summary>
    public bool Terminal { get; set; }

    /// <summary>Whether an agent has taken the pod on (<c>status.startTime</c>).</summary>
    public bool Started { get; set; }

    /// <summary>The PodScheduled condition as last written; empty if there is none.</summary>
    public string ConditionStatus { get; set; } = "";

    public string ConditionReason { get; set; } = "";

    public string ConditionMessage { get; set; } = "";

    /// <summary>How much of the fingerprint is the template's; the controller's uid follows.</summary>
    public int TemplateLength { get; set; }

    /// <summary>The uid of the owner with <c>controller: true</c>; empty for a bare pod.</summary>
    public string ControllerUid { get; set; } = "";
}
