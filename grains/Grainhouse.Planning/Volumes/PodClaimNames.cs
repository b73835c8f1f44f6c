using Grainhouse.Interfaces.Objects;
using k8s.Models;

namespace Grainhouse.Planning.Volumes;

/// <summary>The names of the claims that a pod's volumes have.</summary>
public sealed class PodClaimNames
{
    private static readonly PodClaimNames None = new([]);

    private PodClaimNames(IReadOnlyCollection<string> names) => Names = names;

    /// <summary>The names; of an ephemeral volume it is the pod's name and the volume's.</summary>
    public IReadOnlyCollection<string> Names { get; }

    /// <summary>The names of a pod; found once for each of its revisions.</summary>
    public static PodClaimNames Of(KubeObject pod) => pod.View(Find);

    private static PodClaimNames Find(KubeObject pod)
    {
        // Most pods have none, and need not be decoded to know it.
        var document = pod.Document.Span;
        return document.IndexOf("persistentVolumeClaim"u8) < 0 && document.IndexOf("volumeClaimTemplate"u8) < 0
            ? None
            : new PodClaimNames([.. (pod.As<V1Pod>().Spec?.Volumes ?? []).Select(volume => NameOf(pod, volume)).OfType<string>()]);
    }

    private static string? NameOf(KubeObject pod, V1Volume volume) =>
        volume.PersistentVolumeClaim?.ClaimName ?? (volume.Ephemeral?.VolumeClaimTemplate is null ? null : $"{pod.Key.Name}-{volume.Name}");
}
