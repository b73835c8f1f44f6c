using System.Reflection;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using k8s.Models;

namespace Grainhouse.Planning.Tests.Objects.Schemas;

/// <summary>
/// Writes the schema catalog's text. Fields come from KubernetesClient's models; merge keys, list types, required fields and definition
/// names from the 1.20 OpenAPI document (a trimmed copy lies beside this file); what is newer than both is in the tables below.
/// </summary>
internal sealed class SchemaGenerator
{
    private const string Core = "io.k8s.api.core.v1.";
    private const string Apps = "io.k8s.api.apps.v1.";
    private const string Meta = "io.k8s.apimachinery.pkg.apis.meta.v1.";

    private static readonly (string Definition, Type Model, string GroupVersionKind)[] Roots =
    [
        (Core + "Namespace", typeof(V1Namespace), "/v1/Namespace"), (Core + "NamespaceList", typeof(V1NamespaceList), "/v1/NamespaceList"),
        (Core + "Node", typeof(V1Node), "/v1/Node"), (Core + "NodeList", typeof(V1NodeList), "/v1/NodeList"),
        (Core + "Pod", typeof(V1Pod), "/v1/Pod"), (Core + "PodList", typeof(V1PodList), "/v1/PodList"),
        (Core + "Service", typeof(V1Service), "/v1/Service"), (Core + "ServiceList", typeof(V1ServiceList), "/v1/ServiceList"),
        (Core + "Endpoints", typeof(V1Endpoints), "/v1/Endpoints"), (Core + "EndpointsList", typeof(V1EndpointsList), "/v1/EndpointsList"),
        (Core + "ConfigMap", typeof(V1ConfigMap), "/v1/ConfigMap"), (Core + "ConfigMapList", typeof(V1ConfigMapList), "/v1/ConfigMapList"),
        (Core + "Secret", typeof(V1Secret), "/v1/Secret"), (Core + "SecretList", typeof(V1SecretList), "/v1/SecretList"),
        (Core + "ServiceAccount", typeof(V1ServiceAccount), "/v1/ServiceAccount"),
        (Core + "ServiceAccountList", typeof(V1ServiceAccountList), "/v1/ServiceAccountList"),
        (Core + "Event", typeof(Corev1Event), "/v1/Event"), (Core + "EventList", typeof(Corev1EventList), "/v1/EventList"),
        (Core + "Binding", typeof(V1Binding), "/v1/Binding"),
        (Apps + "Deployment", typeof(V1Deployment), "apps/v1/Deployment"), (Apps + "DeploymentList", typeof(V1DeploymentList), "apps/v1/DeploymentList"),
        (Apps + "ReplicaSet", typeof(V1ReplicaSet), "apps/v1/ReplicaSet"), (Apps + "ReplicaSetList", typeof(V1ReplicaSetList), "apps/v1/ReplicaSetList"),
        ("io.k8s.api.coordination.v1.Lease", typeof(V1Lease), "coordination.k8s.io/v1/Lease"),
        ("io.k8s.api.coordination.v1.LeaseList", typeof(V1LeaseList), "coordination.k8s.io/v1/LeaseList"),
        ("io.k8s.api.discovery.v1.EndpointSlice", typeof(V1EndpointSlice), "discovery.k8s.io/v1/EndpointSlice"),
        ("io.k8s.api.discovery.v1.EndpointSliceList", typeof(V1EndpointSliceList), "discovery.k8s.io/v1/EndpointSliceList"),
        ("io.k8s.api.autoscaling.v1.Scale", typeof(V1Scale), "autoscaling/v1/Scale"),
        ("io.k8s.api.authorization.v1.SelfSubjectAccessReview", typeof(V1SelfSubjectAccessReview), "authorization.k8s.io/v1/SelfSubjectAccessReview"),
        (Meta + "DeleteOptions", typeof(V1DeleteOptions), ""), (Meta + "Status", typeof(V1Status), "/v1/Status"),
    ];

    /// <summary>Fields of the models that came after 1.32.</summary>
    private static readonly HashSet<string> TooNew =
    [
        "PodSpec.evictionResponders", "PodSpec.hostnameOverride", "PodSpec.schedulingGroup", "PodSpec.workloadRef",
        "PodStatus.extendedResourceClaimStatus", "PodStatus.nodeAllocatableResourceClaimStatuses", "PodStatus.volumeHealth",
        "PodStatus.allocatedResources", "PodStatus.resources", "Container.restartPolicyRules", "EphemeralContainer.restartPolicyRules",
        "EnvVarSource.fileKeyRef", "ProjectedVolumeSource.podCertificate", "VolumeProjection.podCertificate", "NodeStatus.declaredFeatures",
        "ContainerStatus.stopSignal", "Lifecycle.stopSignal",
    ];

    /// <summary>What the 1.20 document cannot know of newer fields; from the types' Go tags in 1.32.</summary>
    private static readonly Dictionary<string, string> Newer = new()
    {
        ["PodSpec.resourceClaims"] = "key=name strategy=merge,retainKeys list=map mapkeys=name",
        ["PodSpec.schedulingGates"] = "key=name strategy=merge list=map mapkeys=name",
        ["PodStatus.hostIPs"] = "key=ip strategy=merge list=atomic",
        ["PodStatus.resourceClaimStatuses"] = "key=name strategy=merge,retainKeys list=map mapkeys=name",
        ["EphemeralContainer.ports"] = "key=containerPort strategy=merge list=map mapkeys=containerPort,protocol",
        ["Container.resizePolicy"] = "list=atomic",
        ["EphemeralContainer.resizePolicy"] = "list=atomic",
        ["ContainerStatus.volumeMounts"] = "key=mountPath strategy=merge list=map mapkeys=mountPath",
        ["ResourceRequirements.claims"] = "list=map mapkeys=name",
        ["TopologySpreadConstraint.matchLabelKeys"] = "list=atomic",
        ["PodAffinityTerm.matchLabelKeys"] = "list=atomic",
        ["PodAffinityTerm.mismatchLabelKeys"] = "list=atomic",
        ["NodeSpec.podCIDRs"] = "strategy=merge list=set",
        ["NodeStatus.runtimeHandlers"] = "list=atomic",
        ["Endpoint.addresses"] = "list=set",
        ["EndpointSlice.endpoints"] = "list=atomic",
        ["EndpointSlice.ports"] = "list=atomic",
        ["EndpointHints.forZones"] = "list=atomic",
        ["ServicePort.appProtocol"] = "",
    };

    private static readonly HashSet<string> NewerRequired =
    [
        "ResourceClaim.name", "PodResourceClaim.name", "PodSchedulingGate.name", "PodOS.name", "ContainerResizePolicy.resourceName",
        "ContainerResizePolicy.restartPolicy", "GRPCAction.port", "SleepAction.seconds", "EndpointSlice.addressType", "EndpointSlice.endpoints",
        "Endpoint.addresses", "ForZone.name", "PodResourceClaimStatus.name", "HostIP.ip", "VolumeMountStatus.name", "VolumeMountStatus.mountPath",
        "ClusterTrustBundleProjection.path", "AppArmorProfile.type",
    ];

    private readonly JsonObject published;
    private readonly SortedDictionary<string, (Type Model, string GroupVersionKind)> reached = new(StringComparer.Ordinal);

    public SchemaGenerator(JsonObject published) => this.published = published;

    /// <summary>Definition names and the models that have their fields.</summary>
    public IEnumerable<(string Name, Type Model)> Reached => reached.Select(item => (item.Key, item.Value.Model));

    public string Generate()
    {
        foreach (var (definition, model, groupVersionKind) in Roots)
        {
            Reach(definition, model, groupVersionKind);
        }

        var text = new StringBuilder();
        foreach (var (name, (model, groupVersionKind)) in reached)
        {
            text.Append(name);
            if (groupVersionKind.Length > 0)
            {
                text.Append(' ').Append(groupVersionKind);
            }

            text.Append('\n');
            foreach (var (field, property) in Fields(name, model))
            {
                WriteField(text, name, field, property);
            }
        }

        return text.ToString();
    }

    /// <summary>The fields of a definition, in ordinal order.</summary>
    public static IEnumerable<(string Field, PropertyInfo Property)> Fields(string name, Type model) =>
        model.GetProperties()
            .Where(property => property.GetCustomAttribute<JsonPropertyNameAttribute>() is not null)
            .Select(property => (Field: property.GetCustomAttribute<JsonPropertyNameAttribute>()!.Name, property))
            .Where(item => !TooNew.Contains($"{Short(name)}.{item.Field}"))
            .OrderBy(item => item.Field, StringComparer.Ordinal);

    private static string Short(string name) => name[(name.LastIndexOf('.') + 1)..];

    private void Reach(string name, Type model, string groupVersionKind = "")
    {
        if (!reached.TryAdd(name, (model, groupVersionKind)))
        {
            return;
        }

        foreach (var (field, property) in Fields(name, model))
        {
            _ = TypeWords(name, field, property.PropertyType);
        }
    }

    private void WriteField(StringBuilder text, string name, string field, PropertyInfo property)
    {
        var facts = Published(name)?["properties"]?[field];
        var key = $"{Short(name)}.{field}";
        var required = NewerRequired.Contains(key)
            || (field == "items" && name.EndsWith("List", StringComparison.Ordinal))
            || Published(name)?["required"] is JsonArray list && list.Any(item => (string?)item == field);
        text.Append(' ').Append(field).Append(required ? "!" : "").Append(' ').Append(TypeWords(name, field, property.PropertyType));
        if (Newer.TryGetValue(key, out var newer))
        {
            text.Append(newer.Length > 0 ? " " : "").Append(newer);
        }
        else if (property.PropertyType.IsGenericType || facts?["strategy"] is not null && key != "LabelSelectorRequirement.key")
        {
            Append(text, "key", facts?["mergeKey"]);
            Append(text, "strategy", facts?["strategy"]);
            Append(text, "list", facts?["listType"]);
            Append(text, "mapkeys", facts?["mapKeys"] is JsonArray keys ? string.Join(',', keys.Select(item => (string)item!)) : null);
        }

        text.Append('\n');
    }

    private static void Append(StringBuilder text, string name, JsonNode? value)
    {
        if (value is not null)
        {
            text.Append(' ').Append(name).Append('=').Append((string?)value);
        }
    }

    private JsonNode? Published(string name) =>
        published[name] ?? published[name.Replace("discovery.v1.", "discovery.v1beta1.", StringComparison.Ordinal)];

    private string TypeWords(string name, string field, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(byte[]))
        {
            return "bytes";
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IList<>))
        {
            return "[]" + TypeWords(name, field, type.GenericTypeArguments[0]);
        }

        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IDictionary<,>))
        {
            return "{}" + TypeWords(name, field, type.GenericTypeArguments[1]);
        }

        var reference = (string?)Published(name)?["properties"]?[field]?["ref"];
        return type switch
        {
            _ when type == typeof(string) => "string",
            _ when type == typeof(int) => "int32",
            _ when type == typeof(long) => "int64",
            _ when type == typeof(double) => "double",
            _ when type == typeof(bool) => "bool",
            _ when type == typeof(DateTime) => reference?.EndsWith("MicroTime", StringComparison.Ordinal) == true ? "microtime" : "time",
            _ when type == typeof(ResourceQuantity) => "quantity",
            _ when type == typeof(IntOrString) => "intstr",
            _ when type.Namespace == "k8s.Models" => Reference(name, reference, type),
            _ => "any",
        };
    }

    private string Reference(string name, string? reference, Type model)
    {
        var package = name[..(name.LastIndexOf('.') + 1)];
        var target = reference switch
        {
            null when model.Name is "V1ObjectMeta" or "V1ListMeta" or "V1LabelSelector" or "V1Condition" or "V1FieldSelectorRequirement" or "V1LabelSelectorRequirement" => Meta + model.Name[2..],
            null when model.Name is "V1ObjectReference" => Core + "ObjectReference",
            null => package + ShortModel(model.Name),
            Core + "Handler" => Core + "LifecycleHandler",
            _ => reference.Replace("discovery.v1beta1.", "discovery.v1.", StringComparison.Ordinal),
        };
        Reach(target, model);
        return target.StartsWith(package, StringComparison.Ordinal) ? "@." + target[package.Length..] : "@" + target;
    }

    private static string ShortModel(string model)
    {
        foreach (var prefix in (string[])["V1", "Corev1", "Discoveryv1", "Authorizationv1", "Appsv1"])
        {
            if (model.StartsWith(prefix, StringComparison.Ordinal))
            {
                return model[prefix.Length..];
            }
        }

        throw new InvalidOperationException($"No definition name for {model}.");
    }
}
