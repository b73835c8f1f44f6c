namespace Grainhouse.Interfaces.Objects;

/// <content>The core group.</content>
public static partial class ResourceCatalog
{
    /// <summary>core/v1 ComponentStatus: how the parts of the control plane fare.</summary>
    public static ResourceDescriptor ComponentStatuses { get; } = new("", "v1", "ComponentStatus", "componentstatuses", false)
    {
        ShortNames = ["cs"], Verbs = ["get", "list"], Deprecation = "v1 ComponentStatus is deprecated in v1.19+",
    };

    /// <summary>core/v1 ConfigMap.</summary>
    public static ResourceDescriptor ConfigMaps { get; } = new("", "v1", "ConfigMap", "configmaps", true)
    {
        ShortNames = ["cm"],
    };

    /// <summary>core/v1 Endpoints.</summary>
    public static ResourceDescriptor Endpoints { get; } = new("", "v1", "Endpoints", "endpoints", true)
    {
        ShortNames = ["ep"],
    };

    /// <summary>core/v1 Event.</summary>
    public static ResourceDescriptor Events { get; } = new("", "v1", "Event", "events", true)
    {
        ShortNames = ["ev"],
    };

    /// <summary>core/v1 LimitRange.</summary>
    public static ResourceDescriptor LimitRanges { get; } = new("", "v1", "LimitRange", "limitranges", true)
    {
        ShortNames = ["limits"],
    };

    /// <summary>core/v1 Namespace.</summary>
    public static ResourceDescriptor Namespaces { get; } = new("", "v1", "Namespace", "namespaces", false)
    {
        ShortNames = ["ns"], Verbs = ["create", "delete", "get", "list", "patch", "update", "watch"],
        Subresources = ["finalize", "status"],
    };

    /// <summary>core/v1 Node.</summary>
    public static ResourceDescriptor Nodes { get; } = new("", "v1", "Node", "nodes", false)
    {
        ShortNames = ["no"], Subresources = ["proxy", "status"],
    };

    /// <summary>core/v1 PersistentVolumeClaim.</summary>
    public static ResourceDescriptor PersistentVolumeClaims { get; } = new("", "v1", "PersistentVolumeClaim", "persistentvolumeclaims", true)
    {
        ShortNames = ["pvc"], Subresources = ["status"],
    };

    /// <summary>core/v1 PersistentVolume.</summary>
    public static ResourceDescriptor PersistentVolumes { get; } = new("", "v1", "PersistentVolume", "persistentvolumes", false)
    {
        ShortNames = ["pv"], Subresources = ["status"],
    };

    /// <summary>core/v1 Pod.</summary>
    public static ResourceDescriptor Pods { get; } = new("", "v1", "Pod", "pods", true)
    {
        ShortNames = ["po"], Categories = ["all"], Subresources = ["attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "portforward", "proxy", "status"],
    };

    /// <summary>core/v1 PodTemplate.</summary>
    public static ResourceDescriptor PodTemplates { get; } = new("", "v1", "PodTemplate", "podtemplates", true)
    {
        HasGeneration = true,
    };

    /// <summary>core/v1 ReplicationController.</summary>
    public static ResourceDescriptor ReplicationControllers { get; } = new("", "v1", "ReplicationController", "replicationcontrollers", true)
    {
        ShortNames = ["rc"], Categories = ["all"], Subresources = ["scale", "status"], HasGeneration = true,
    };

    /// <summary>core/v1 ResourceQuota.</summary>
    public static ResourceDescriptor ResourceQuotas { get; } = new("", "v1", "ResourceQuota", "resourcequotas", true)
    {
        ShortNames = ["quota"], Subresources = ["status"],
    };

    /// <summary>core/v1 Secret.</summary>
    public static ResourceDescriptor Secrets { get; } = new("", "v1", "Secret", "secrets", true);

    /// <summary>core/v1 ServiceAccount.</summary>
    public static ResourceDescriptor ServiceAccounts { get; } = new("", "v1", "ServiceAccount", "serviceaccounts", true)
    {
        ShortNames = ["sa"],
    };

    /// <summary>core/v1 Service.</summary>
    public static ResourceDescriptor Services { get; } = new("", "v1", "Service", "services", true)
    {
        ShortNames = ["svc"], Categories = ["all"], Subresources = ["proxy", "status"],
    };
}
