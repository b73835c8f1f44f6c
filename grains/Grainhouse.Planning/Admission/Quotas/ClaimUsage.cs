using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Admission.Quotas;

/// <summary>What services and claims use beside being one of their kind.</summary>
internal static class ClaimUsage
{
    private const string ClassAnnotation = "volume.beta.kubernetes.io/storage-class";

    /// <summary>A service's node ports and load balancer.</summary>
    public static void AddService(JsonObject? spec, ResourceAmounts usage)
    {
        var type = spec.Text("type");
        var ports = spec.Items("ports").Count();
        var nodePorts = type switch
        {
            "NodePort" => ports,
            "LoadBalancer" when spec.IsFalse("allocateLoadBalancerNodePorts") => spec.Items("ports").Count(port => port.Item.Number("nodePort") > 0),
            "LoadBalancer" => ports,
            _ => 0,
        };
        usage["services"] = new Quantity(1);
        usage["services.nodeports"] = new Quantity(nodePorts);
        usage["services.loadbalancers"] = new Quantity(type == "LoadBalancer" ? 1 : 0);
    }

    /// <summary>A claim's storage, in all and of its class.</summary>
    public static void AddClaim(JsonObject root, ResourceAmounts usage)
    {
        var storageClass = root.Object("metadata").Map("annotations").GetValueOrDefault(ClassAnnotation) ?? root.Object("spec").Text("storageClassName") ?? "";
        usage["persistentvolumeclaims"] = new Quantity(1);
        if (storageClass.Length > 0)
        {
            usage[QuotaNames.OfStorageClass(storageClass, "persistentvolumeclaims")] = new Quantity(1);
        }

        if (ResourceAmounts.Read(root.Object("spec").Object("resources").Object("requests")).TryGetValue("storage", out var storage))
        {
            usage["requests.storage"] = storage;
            if (storageClass.Length > 0)
            {
                usage[QuotaNames.OfStorageClass(storageClass, "requests.storage")] = storage;
            }
        }
    }
}
