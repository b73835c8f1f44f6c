using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Grainhouse.Interfaces.Objects;

/// <summary>The kinds that the cluster serves. The one place where a kind's names are written.</summary>
public static class ResourceCatalog
{
    /// <summary>core/v1 Namespace.</summary>
    public static ResourceDescriptor Namespaces { get; } = new("", "v1", "Namespace", "namespaces", false)
    {
        ShortNames = ["ns"], Subresources = ["finalize", "status"], Schema = "io.k8s.api.core.v1.Namespace",
    };

    /// <summary>core/v1 Node.</summary>
    public static ResourceDescriptor Nodes { get; } = new("", "v1", "Node", "nodes", false)
    {
        ShortNames = ["no"], Subresources = ["status"], Schema = "io.k8s.api.core.v1.Node",
    };

    /// <summary>core/v1 Pod.</summary>
    public static ResourceDescriptor Pods { get; } = new("", "v1", "Pod", "pods", true)
    {
        ShortNames = ["po"], Categories = ["all"], Subresources = ["binding", "log", "status"], Schema = "io.k8s.api.core.v1.Pod",
    };

    /// <summary>core/v1 Service.</summary>
    public static ResourceDescriptor Services { get; } = new("", "v1", "Service", "services", true)
    {
        ShortNames = ["svc"], Categories = ["all"], Subresources = ["status"], Schema = "io.k8s.api.core.v1.Service",
    };

    /// <summary>core/v1 Endpoints.</summary>
    public static ResourceDescriptor Endpoints { get; } = new("", "v1", "Endpoints", "endpoints", true)
    {
        ShortNames = ["ep"], Schema = "io.k8s.api.core.v1.Endpoints",
    };

    /// <summary>core/v1 ConfigMap.</summary>
    public static ResourceDescriptor ConfigMaps { get; } = new("", "v1", "ConfigMap", "configmaps", true)
    {
        ShortNames = ["cm"], Schema = "io.k8s.api.core.v1.ConfigMap",
    };

    /// <summary>core/v1 Secret.</summary>
    public static ResourceDescriptor Secrets { get; } = new("", "v1", "Secret", "secrets", true)
    {
        Schema = "io.k8s.api.core.v1.Secret",
    };

    /// <summary>core/v1 ServiceAccount.</summary>
    public static ResourceDescriptor ServiceAccounts { get; } = new("", "v1", "ServiceAccount", "serviceaccounts", true)
    {
        ShortNames = ["sa"], Schema = "io.k8s.api.core.v1.ServiceAccount",
    };

    /// <summary>core/v1 Event.</summary>
    public static ResourceDescriptor Events { get; } = new("", "v1", "Event", "events", true)
    {
        ShortNames = ["ev"], Schema = "io.k8s.api.core.v1.Event",
    };

    /// <summary>apps/v1 Deployment.</summary>
    public static ResourceDescriptor Deployments { get; } = new("apps", "v1", "Deployment", "deployments", true)
    {
        ShortNames = ["deploy"], Categories = ["all"], Subresources = ["scale", "status"], HasGeneration = true,
        Schema = "io.k8s.api.apps.v1.Deployment",
    };

    /// <summary>apps/v1 ReplicaSet.</summary>
    public static ResourceDescriptor ReplicaSets { get; } = new("apps", "v1", "ReplicaSet", "replicasets", true)
    {
        ShortNames = ["rs"], Categories = ["all"], Subresources = ["scale", "status"], HasGeneration = true,
        Schema = "io.k8s.api.apps.v1.ReplicaSet",
    };

    /// <summary>coordination.k8s.io/v1 Lease.</summary>
    public static ResourceDescriptor Leases { get; } = new("coordination.k8s.io", "v1", "Lease", "leases", true)
    {
        Schema = "io.k8s.api.coordination.v1.Lease",
    };

    /// <summary>discovery.k8s.io/v1 EndpointSlice.</summary>
    public static ResourceDescriptor EndpointSlices { get; } = new("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true)
    {
        Schema = "io.k8s.api.discovery.v1.EndpointSlice",
    };

    /// <summary>apiextensions.k8s.io/v1 CustomResourceDefinition: there is none, and none can be made.</summary>
    /// <remarks>kubectl lists them before it says of an unknown kind that it is unknown.</remarks>
    public static ResourceDescriptor CustomResourceDefinitions { get; } =
        new("apiextensions.k8s.io", "v1", "CustomResourceDefinition", "customresourcedefinitions", false)
        {
            ShortNames = ["crd", "crds"], Categories = ["api-extensions"], ReadOnly = true,
        };

    /// <summary>All kinds, core group first.</summary>
    public static ImmutableArray<ResourceDescriptor> All { get; } =
    [
        ConfigMaps, Endpoints, Events, Namespaces, Nodes, Pods, Secrets, ServiceAccounts, Services,
        Deployments, ReplicaSets, CustomResourceDefinitions, Leases, EndpointSlices,
    ];

    private static readonly FrozenDictionary<string, ResourceDescriptor> ByQualifiedName =
        All.ToFrozenDictionary(resource => resource.QualifiedName, StringComparer.Ordinal);

    private static readonly FrozenDictionary<(string, string), ResourceDescriptor> ByKind =
        All.ToFrozenDictionary(resource => (resource.ApiVersion, resource.Kind));

    private static readonly FrozenDictionary<(string, string, string), ResourceDescriptor> ByPath =
        All.ToFrozenDictionary(resource => (resource.Group, resource.Version, resource.Plural));

    /// <summary>Finds a kind by the first part of an object key, as in <c>deployments.apps</c>; null if it is not served.</summary>
    public static ResourceDescriptor? Find(string qualifiedName) => ByQualifiedName.GetValueOrDefault(qualifiedName);

    /// <summary>Finds a kind by what a document says of itself; null if it is not served.</summary>
    public static ResourceDescriptor? FindKind(string apiVersion, string kind) => ByKind.GetValueOrDefault((apiVersion, kind));

    /// <summary>Finds a kind by the parts of a request path; null if it is not served.</summary>
    public static ResourceDescriptor? FindPath(string group, string version, string plural) => ByPath.GetValueOrDefault((group, version, plural));
}
