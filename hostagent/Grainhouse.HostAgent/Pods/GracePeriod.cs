using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>How long a pod gets to end.</summary>
internal static class GracePeriod
{
    /// <summary>Kubernetes' default of terminationGracePeriodSeconds.</summary>
    private const long DefaultSeconds = 30;

    /// <summary>What the pod asks for.</summary>
    public static TimeSpan Of(V1Pod pod) => TimeSpan.FromSeconds(pod.Spec.TerminationGracePeriodSeconds ?? DefaultSeconds);
}
