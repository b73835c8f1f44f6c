using System.Collections.Frozen;

namespace Grainhouse.Interfaces.Schemas;

/// <summary>Objects and maps that are owned as a whole: <c>x-kubernetes-map-type: atomic</c>, from the types' Go tags in 1.32.</summary>
/// <remarks>Beside the schema data, because neither of its sources has these facts: they came into OpenAPI after 1.20.</remarks>
internal static class AtomicMaps
{
    private static readonly FrozenSet<string> Definitions = FrozenSet.ToFrozenSet(
        [
            "io.k8s.api.admissionregistration.v1.MatchResources", "io.k8s.api.admissionregistration.v1.NamedRuleWithOperations",
            "io.k8s.api.admissionregistration.v1.ParamKind", "io.k8s.api.admissionregistration.v1.ParamRef",
            "io.k8s.api.autoscaling.v1.CrossVersionObjectReference", "io.k8s.api.core.v1.ConfigMapKeySelector",
            "io.k8s.api.core.v1.EndpointAddress", "io.k8s.api.core.v1.EndpointPort", "io.k8s.api.core.v1.LocalObjectReference",
            "io.k8s.api.core.v1.NodeSelector", "io.k8s.api.core.v1.NodeSelectorTerm", "io.k8s.api.core.v1.ObjectFieldSelector",
            "io.k8s.api.core.v1.ObjectReference", "io.k8s.api.core.v1.ResourceFieldSelector", "io.k8s.api.core.v1.ScopeSelector",
            "io.k8s.api.core.v1.ScopedResourceSelectorRequirement", "io.k8s.api.core.v1.SecretKeySelector",
            "io.k8s.api.core.v1.SecretReference", "io.k8s.api.core.v1.TopologySelectorTerm",
            "io.k8s.api.core.v1.TypedLocalObjectReference", "io.k8s.api.discovery.v1.EndpointPort", "io.k8s.api.rbac.v1.RoleRef",
            "io.k8s.api.rbac.v1.Subject", "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector",
            "io.k8s.apimachinery.pkg.apis.meta.v1.OwnerReference",
        ],
        StringComparer.Ordinal);

    private static readonly FrozenSet<string> Fields = FrozenSet.ToFrozenSet(
        [
            "io.k8s.api.core.v1.PodSpec nodeSelector", "io.k8s.api.core.v1.ReplicationControllerSpec selector",
            "io.k8s.api.core.v1.ServiceSpec selector", "io.k8s.api.node.v1.Scheduling nodeSelector",
        ],
        StringComparer.Ordinal);

    // The one field whose type is atomic, and which is not (structType=granular).
    private const string Exception = "io.k8s.api.core.v1.PersistentVolumeSpec claimRef";

    /// <summary>Whether values of a definition are owned as a whole.</summary>
    public static bool Has(string definition) => Definitions.Contains(definition);

    /// <summary>Whether one field's map or object is.</summary>
    /// <param name="definition">The definition that has the field.</param>
    /// <param name="field">The field.</param>
    /// <param name="type">Its type.</param>
    public static bool Has(string definition, string field, SchemaType type) =>
        $"{definition} {field}" is var name && (Fields.Contains(name) || (type.Kind == SchemaKind.Object && Has(type.DefinitionName) && name != Exception));
}
