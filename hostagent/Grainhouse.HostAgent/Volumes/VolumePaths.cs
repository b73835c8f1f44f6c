using k8s.Models;

namespace Grainhouse.HostAgent.Volumes;

/// <summary>Where volumes are on the host: laid out as kubelet does.</summary>
public static class VolumePaths
{
    /// <summary>The directory of a pod's volume; for a hostPath the path itself; null for a kind that is not supported.</summary>
    public static string? Of(string podDirectory, V1Volume volume) => volume switch
    {
        { HostPath: { } host } => host.Path,
        { EmptyDir: not null } => In(podDirectory, "empty-dir", volume.Name),
        { ConfigMap: not null } => In(podDirectory, "configmap", volume.Name),
        { Secret: not null } => In(podDirectory, "secret", volume.Name),
        { DownwardAPI: not null } => In(podDirectory, "downward-api", volume.Name),
        { Projected: not null } => In(podDirectory, "projected", volume.Name),
        _ => null,
    };

    /// <summary>The file that a container's attempt may leave its last words in.</summary>
    public static string TerminationMessage(string podDirectory, string container, int attempt) =>
        Path.Combine(podDirectory, "containers", container, $"termination-{attempt}");

    private static string In(string podDirectory, string kind, string name) =>
        Path.Combine(podDirectory, "volumes", $"kubernetes.io~{kind}", name);
}
