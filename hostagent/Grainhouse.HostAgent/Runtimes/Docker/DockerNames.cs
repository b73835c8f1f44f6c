namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>Names that containers have on the engine, after the kubelet's: whoever looks with <c>docker ps</c> knows the pod.</summary>
internal static class DockerNames
{
    public static string OfSandbox(SandboxSpec spec) => Of("POD", spec.Pod, spec.Attempt);

    public static string OfContainer(PodIdentity pod, ContainerSpec spec) => Of(spec.Name, pod, spec.Attempt);

    /// <summary>As in <c>8080/tcp</c>.</summary>
    public static string OfPort(HostPort port) => $"{port.ContainerPort}/{(port.Protocol.Length == 0 ? "tcp" : port.Protocol.ToLowerInvariant())}";

    private static string Of(string container, PodIdentity pod, int attempt) =>
        $"gh_{container}_{pod.Name}_{pod.Namespace}_{pod.Uid}_{attempt}";
}
