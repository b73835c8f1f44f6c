using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Defaults;

/// <summary>Defaults of services, of a cluster with one IPv4 family.</summary>
internal static class ServiceDefaults
{
    /// <summary>Three hours, in seconds.</summary>
    private const long AffinityTimeout = 10800;

    public static void Apply(JsonObject spec)
    {
        spec.Default("type", "ClusterIP");
        spec.Default("sessionAffinity", "None");
        if (spec.Text("sessionAffinity") == "ClientIP")
        {
            spec.Child("sessionAffinityConfig").Child("clientIP").Default("timeoutSeconds", AffinityTimeout);
        }
        else if (spec.Text("sessionAffinity") == "None")
        {
            spec.Remove("sessionAffinityConfig");
        }

        Ports(spec.Array("ports"));
        var type = spec.Text("type");
        if (type == "ExternalName")
        {
            return;
        }

        spec.Default("internalTrafficPolicy", "Cluster");
        if (type is "NodePort" or "LoadBalancer")
        {
            spec.Default("externalTrafficPolicy", "Cluster");
        }

        if (type == "LoadBalancer")
        {
            spec.Default("allocateLoadBalancerNodePorts", true);
        }

        Addresses(spec);
        spec.Default("ipFamilyPolicy", "SingleStack");
        if (spec.Array("ipFamilies") is null)
        {
            spec["ipFamilies"] = new JsonArray("IPv4");
        }
    }

    private static void Ports(JsonArray? ports)
    {
        if (ports is null)
        {
            return;
        }

        foreach (var item in ports)
        {
            if (item is not JsonObject port)
            {
                continue;
            }

            port.Default("protocol", "TCP");
            if (port["targetPort"] is not { } target || target.Number() == 0 || target.Text() == "")
            {
                port["targetPort"] = port["port"]?.DeepClone();
            }
        }
    }

    /// <summary>The single address and the list of addresses say the same.</summary>
    private static void Addresses(JsonObject spec)
    {
        var single = spec.Text("clusterIP");
        if (string.IsNullOrEmpty(single))
        {
            if (spec.Array("clusterIPs") is { Count: > 0 } list && list[0].Text() is { Length: > 0 } first)
            {
                spec["clusterIP"] = first;
            }
            else
            {
                spec.Remove("clusterIP");
                spec.Remove("clusterIPs");
            }
        }
        else if (spec.Array("clusterIPs") is not { Count: > 0 })
        {
            spec["clusterIPs"] = new JsonArray(single);
        }
    }
}
