namespace Grainhouse.Interfaces.Objects;

/// <content>What runs pods, and what keeps them in number: apps, autoscaling, batch, policy.</content>
public static partial class ResourceCatalog
{
    /// <summary>apps/v1 ControllerRevision.</summary>
    public static ResourceDescriptor ControllerRevisions { get; } = new("apps", "v1", "ControllerRevision", "controllerrevisions", true);

    /// <summary>apps/v1 DaemonSet.</summary>
    public static ResourceDescriptor DaemonSets { get; } = new("apps", "v1", "DaemonSet", "daemonsets", true)
    {
        ShortNames = ["ds"], Categories = ["all"], Subresources = ["status"], HasGeneration = true,
    };

    /// <summary>apps/v1 Deployment.</summary>
    public static ResourceDescriptor Deployments { get; } = new("apps", "v1", "Deployment", "deployments", true)
    {
        ShortNames = ["deploy"], Categories = ["all"], Subresources = ["scale", "status"], HasGeneration = true,
    };

    /// <summary>apps/v1 ReplicaSet.</summary>
    public static ResourceDescriptor ReplicaSets { get; } = new("apps", "v1", "ReplicaSet", "replicasets", true)
    {
        ShortNames = ["rs"], Categories = ["all"], Subresources = ["scale", "status"], HasGeneration = true,
    };

    /// <summary>apps/v1 StatefulSet.</summary>
    public static ResourceDescriptor StatefulSets { get; } = new("apps", "v1", "StatefulSet", "statefulsets", true)
    {
        ShortNames = ["sts"], Categories = ["all"], Subresources = ["scale", "status"], HasGeneration = true,
    };

    /// <summary>autoscaling/v2 HorizontalPodAutoscaler.</summary>
    public static ResourceDescriptor HorizontalPodAutoscalers { get; } = new("autoscaling", "v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers", true)
    {
        ShortNames = ["hpa"], Categories = ["all"], Subresources = ["status"],
    };

    /// <summary>batch/v1 CronJob.</summary>
    public static ResourceDescriptor CronJobs { get; } = new("batch", "v1", "CronJob", "cronjobs", true)
    {
        ShortNames = ["cj"], Categories = ["all"], Subresources = ["status"], HasGeneration = true,
    };

    /// <summary>batch/v1 Job.</summary>
    public static ResourceDescriptor Jobs { get; } = new("batch", "v1", "Job", "jobs", true)
    {
        Categories = ["all"], Subresources = ["status"], HasGeneration = true,
    };

    /// <summary>policy/v1 PodDisruptionBudget.</summary>
    public static ResourceDescriptor PodDisruptionBudgets { get; } = new("policy", "v1", "PodDisruptionBudget", "poddisruptionbudgets", true)
    {
        ShortNames = ["pdb"], Subresources = ["status"], HasGeneration = true,
    };
}
