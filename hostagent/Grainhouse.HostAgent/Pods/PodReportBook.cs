namespace Grainhouse.HostAgent.Pods;

/// <summary>What the cluster was last told about a pod.</summary>
internal sealed class PodReportBook
{
    /// <summary>The status as it was last sent; empty before the first time.</summary>
    public byte[] Sent { get; set; } = [];

    /// <summary>Whether the pod was last reported as finished.</summary>
    public bool SentFinished { get; set; }

    /// <summary>Whether it is among those to be reported.</summary>
    public bool Dirty { get; set; }
}
