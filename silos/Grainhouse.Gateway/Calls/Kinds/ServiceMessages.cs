using System.Text.Json;
using Grainhouse.Gateway.Tables;
using Grainhouse.Interfaces.Api;

namespace Grainhouse.Gateway.Calls.Kinds;

/// <summary>Services as messages.</summary>
internal static class ServiceMessages
{
    /// <summary>A service.</summary>
    public static Service Make(JsonElement root)
    {
        var spec = root.At("spec");
        var message = new Service
        {
            Metadata = MetadataMessages.Make(root.At("metadata")),
            Type = spec.At("type").Text(),
            ClusterIp = spec.At("clusterIP").Text(),
            ExternalName = spec.At("externalName").Text(),
        };
        MetadataMessages.AddTo(message.ClusterIps, spec.At("clusterIPs"));
        MetadataMessages.AddTo(message.Selector, spec.At("selector"));
        foreach (var port in spec.At("ports").Items())
        {
            message.Ports.Add(new ServicePort
            {
                Name = port.At("name").Text(),
                Protocol = port.At("protocol").Text(),
                Port = (int)port.At("port").Number(),
                TargetPort = port.At("targetPort").ToString(),
                NodePort = (int)port.At("nodePort").Number(),
            });
        }

        foreach (var ingress in root.At("status", "loadBalancer").At("ingress").Items())
        {
            message.LoadBalancerIngress.Add(ingress.At("ip").TextOr(ingress.At("hostname").Text()));
        }

        return message;
    }
}
