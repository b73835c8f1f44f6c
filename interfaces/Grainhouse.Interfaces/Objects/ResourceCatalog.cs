using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Grainhouse.Interfaces.Objects;

/// <summary>The kinds that the cluster serves. The one place where a kind's names are written.</summary>
public static partial class ResourceCatalog
{
    /// <summary>All kinds, each in the version that it is stored in: core group first, and the groups in about upstream's order.</summary>
    /// <remarks>Clients that are given a name which several groups have take the first.</remarks>
    public static ImmutableArray<ResourceDescriptor> All => Lists.All;

    /// <summary>All kinds in all the versions that they are served in, a group's preferred version first.</summary>
    public static ImmutableArray<ResourceDescriptor> Served => Lists.Served;

    /// <summary>Finds a kind by the first part of an object key, as in <c>deployments.apps</c>; null if it is not served.</summary>
    public static ResourceDescriptor? Find(string qualifiedName) => Lists.ByQualifiedName.GetValueOrDefault(qualifiedName);

    /// <summary>Finds a kind by what a document says of itself; null if it is not served in this version.</summary>
    public static ResourceDescriptor? FindKind(string apiVersion, string kind) => Lists.ByKind.GetValueOrDefault((apiVersion, kind));

    /// <summary>Finds a kind by the parts of a request path; null if it is not served in this version.</summary>
    public static ResourceDescriptor? FindPath(string group, string version, string plural) => Lists.ByPath.GetValueOrDefault((group, version, plural));

    /// <summary>In a class of its own, so that it is made when the kinds of all files are there.</summary>
    private static class Lists
    {
        public static readonly ImmutableArray<ResourceDescriptor> All =
        [
            ComponentStatuses, ConfigMaps, Endpoints, Events, LimitRanges, Namespaces, Nodes, PersistentVolumeClaims, PersistentVolumes,
            Pods, PodTemplates, ReplicationControllers, ResourceQuotas, Secrets, ServiceAccounts, Services,
            ControllerRevisions, DaemonSets, Deployments, ReplicaSets, StatefulSets,
            HorizontalPodAutoscalers,
            CronJobs, Jobs,
            CertificateSigningRequests,
            IngressClasses, Ingresses, NetworkPolicies,
            PodDisruptionBudgets,
            ClusterRoleBindings, ClusterRoles, RoleBindings, Roles,
            CsiDrivers, CsiNodes, CsiStorageCapacities, StorageClasses, VolumeAttachments,
            MutatingWebhookConfigurations, ValidatingWebhookConfigurations,
            CustomResourceDefinitions,
            ApiServices,
            PriorityClasses,
            Leases,
            RuntimeClasses,
            EndpointSlices,
            NodeMetrics, PodMetrics,
        ];

        public static readonly ImmutableArray<ResourceDescriptor> Served = [.. All, .. OtherVersions];

        public static readonly FrozenDictionary<string, ResourceDescriptor> ByQualifiedName =
            All.ToFrozenDictionary(resource => resource.QualifiedName, StringComparer.Ordinal);

        public static readonly FrozenDictionary<(string, string), ResourceDescriptor> ByKind =
            Served.ToFrozenDictionary(resource => (resource.ApiVersion, resource.Kind));

        public static readonly FrozenDictionary<(string, string, string), ResourceDescriptor> ByPath =
            Served.ToFrozenDictionary(resource => (resource.Group, resource.Version, resource.Plural));
    }
}
