namespace Grainhouse.Planning.Pods;

/// <summary>The values of a pod's <c>status.phase</c>.</summary>
public static class PodPhases
{
    /// <summary>Accepted; not every container has started.</summary>
    public const string Pending = "Pending";

    /// <summary>At least one container runs, starts or restarts.</summary>
    public const string Running = "Running";

    /// <summary>All containers ended well and are not restarted.</summary>
    public const string Succeeded = "Succeeded";

    /// <summary>All containers ended, at least one badly.</summary>
    public const string Failed = "Failed";

    /// <summary>The node cannot be asked.</summary>
    public const string Unknown = "Unknown";
}

/// <summary>Labels and annotations that controllers give meaning to.</summary>
public static class WellKnownLabels
{
    /// <summary>Tells the pods of a Deployment's ReplicaSets apart.</summary>
    public const string TemplateHash = "pod-template-hash";

    /// <summary>Pods of lower cost are deleted first (annotation, an int32).</summary>
    public const string DeletionCost = "controller.kubernetes.io/pod-deletion-cost";
}
