namespace Grainhouse.Interfaces.Objects;

/// <content>How pods are reached: discovery.k8s.io, networking.k8s.io.</content>
public static partial class ResourceCatalog
{
    /// <summary>discovery.k8s.io/v1 EndpointSlice.</summary>
    public static ResourceDescriptor EndpointSlices { get; } = new("discovery.k8s.io", "v1", "EndpointSlice", "endpointslices", true);

    /// <summary>networking.k8s.io/v1 IngressClass.</summary>
    public static ResourceDescriptor IngressClasses { get; } = new("networking.k8s.io", "v1", "IngressClass", "ingressclasses", false)
    {
        HasGeneration = true,
    };

    /// <summary>networking.k8s.io/v1 Ingress.</summary>
    public static ResourceDescriptor Ingresses { get; } = new("networking.k8s.io", "v1", "Ingress", "ingresses", true)
    {
        ShortNames = ["ing"], Subresources = ["status"], HasGeneration = true,
    };

    /// <summary>networking.k8s.io/v1 NetworkPolicy.</summary>
    public static ResourceDescriptor NetworkPolicies { get; } = new("networking.k8s.io", "v1", "NetworkPolicy", "networkpolicies", true)
    {
        ShortNames = ["netpol"], HasGeneration = true,
    };
}
