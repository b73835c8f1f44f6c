namespace Grainhouse.Interfaces.Objects;

/// <content>What a cluster is set up with.</content>
public static partial class ResourceCatalog
{
    /// <summary>admissionregistration.k8s.io/v1 MutatingWebhookConfiguration.</summary>
    public static ResourceDescriptor MutatingWebhookConfigurations { get; } = new("admissionregistration.k8s.io", "v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", false)
    {
        Categories = ["api-extensions"], HasGeneration = true,
    };

    /// <summary>admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration.</summary>
    public static ResourceDescriptor ValidatingWebhookConfigurations { get; } = new("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", false)
    {
        Categories = ["api-extensions"], HasGeneration = true,
    };

    /// <summary>apiextensions.k8s.io/v1 CustomResourceDefinition: there is none, and none can be made.</summary>
    /// <remarks>kubectl lists them before it says of an unknown kind that it is unknown.</remarks>
    public static ResourceDescriptor CustomResourceDefinitions { get; } = new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false)
    {
        ShortNames = ["crd", "crds"], Categories = ["api-extensions"], Verbs = ["get", "list", "watch"], Schema = "",
    };

    /// <summary>apiregistration.k8s.io/v1 APIService: one for each group and version that is served; none can be made.</summary>
    public static ResourceDescriptor ApiServices { get; } = new("apiregistration.k8s.io", "v1", "APIService", "apiservices", false)
    {
        Categories = ["api-extensions"], Verbs = ["get", "list", "watch"],
        Schema = "io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService",
    };

    /// <summary>certificates.k8s.io/v1 CertificateSigningRequest.</summary>
    public static ResourceDescriptor CertificateSigningRequests { get; } = new("certificates.k8s.io", "v1", "CertificateSigningRequest", "certificatesigningrequests", false)
    {
        ShortNames = ["csr"], Subresources = ["approval", "status"],
    };

    /// <summary>coordination.k8s.io/v1 Lease.</summary>
    public static ResourceDescriptor Leases { get; } = new("coordination.k8s.io", "v1", "Lease", "leases", true);

    /// <summary>metrics.k8s.io/v1beta1 NodeMetrics: what the nodes use.</summary>
    public static ResourceDescriptor NodeMetrics { get; } = new("metrics.k8s.io", "v1beta1", "NodeMetrics", "nodes", false)
    {
        Verbs = ["get", "list"], Schema = "",
    };

    /// <summary>metrics.k8s.io/v1beta1 PodMetrics: what the containers of pods use.</summary>
    public static ResourceDescriptor PodMetrics { get; } = new("metrics.k8s.io", "v1beta1", "PodMetrics", "pods", true)
    {
        Verbs = ["get", "list"], Schema = "",
    };

    /// <summary>node.k8s.io/v1 RuntimeClass.</summary>
    public static ResourceDescriptor RuntimeClasses { get; } = new("node.k8s.io", "v1", "RuntimeClass", "runtimeclasses", false);

    /// <summary>rbac.authorization.k8s.io/v1 ClusterRoleBinding.</summary>
    public static ResourceDescriptor ClusterRoleBindings { get; } = new("rbac.authorization.k8s.io", "v1", "ClusterRoleBinding", "clusterrolebindings", false);

    /// <summary>rbac.authorization.k8s.io/v1 ClusterRole.</summary>
    public static ResourceDescriptor ClusterRoles { get; } = new("rbac.authorization.k8s.io", "v1", "ClusterRole", "clusterroles", false);

    /// <summary>rbac.authorization.k8s.io/v1 RoleBinding.</summary>
    public static ResourceDescriptor RoleBindings { get; } = new("rbac.authorization.k8s.io", "v1", "RoleBinding", "rolebindings", true);

    /// <summary>rbac.authorization.k8s.io/v1 Role.</summary>
    public static ResourceDescriptor Roles { get; } = new("rbac.authorization.k8s.io", "v1", "Role", "roles", true);

    /// <summary>scheduling.k8s.io/v1 PriorityClass.</summary>
    public static ResourceDescriptor PriorityClasses { get; } = new("scheduling.k8s.io", "v1", "PriorityClass", "priorityclasses", false)
    {
        ShortNames = ["pc"], HasGeneration = true,
    };

    /// <summary>storage.k8s.io/v1 CSIDriver.</summary>
    public static ResourceDescriptor CsiDrivers { get; } = new("storage.k8s.io", "v1", "CSIDriver", "csidrivers", false);

    /// <summary>storage.k8s.io/v1 CSINode.</summary>
    public static ResourceDescriptor CsiNodes { get; } = new("storage.k8s.io", "v1", "CSINode", "csinodes", false);

    /// <summary>storage.k8s.io/v1 CSIStorageCapacity.</summary>
    public static ResourceDescriptor CsiStorageCapacities { get; } = new("storage.k8s.io", "v1", "CSIStorageCapacity", "csistoragecapacities", true);

    /// <summary>storage.k8s.io/v1 StorageClass.</summary>
    public static ResourceDescriptor StorageClasses { get; } = new("storage.k8s.io", "v1", "StorageClass", "storageclasses", false)
    {
        ShortNames = ["sc"],
    };

    /// <summary>storage.k8s.io/v1 VolumeAttachment.</summary>
    public static ResourceDescriptor VolumeAttachments { get; } = new("storage.k8s.io", "v1", "VolumeAttachment", "volumeattachments", false)
    {
        Subresources = ["status"],
    };
}
