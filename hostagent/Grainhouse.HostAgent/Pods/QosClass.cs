using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Judges a pod's quality of service, as Kubernetes' GetPodQOS does.</summary>
public static class QosClass
{
    /// <summary>Guaranteed, Burstable or BestEffort.</summary>
    public static string Of(V1Pod pod)
    {
        var any = false;
        var guaranteed = true;
        foreach (var container in pod.Spec.Containers.Concat(pod.Spec.InitContainers ?? []))
        {
            foreach (var name in (ReadOnlySpan<string>)["cpu", "memory"])
            {
                var limit = Of(container.Resources?.Limits, name);
                var request = Of(container.Resources?.Requests, name) is > 0 and var given ? given : limit;
                any |= limit > 0 || request > 0;
                guaranteed &= limit > 0 && request == limit;
            }
        }

        return !any ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
    }

    private static decimal Of(IDictionary<string, ResourceQuantity>? quantities, string name) =>
        quantities is not null && quantities.TryGetValue(name, out var quantity) ? quantity.ToDecimal() : 0;
}
