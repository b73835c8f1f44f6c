using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Volumes;

/// <summary>What <see cref="VolumeProtection"/> decides from.</summary>
public sealed record VolumeInput
{
    /// <summary>The PersistentVolume or PersistentVolumeClaim.</summary>
    public required KubeObject Object { get; init; }

    /// <summary>Whether it is bound (a volume), or a pod on a node has it (a claim). Only looked at when it is being deleted.</summary>
    public bool InUse { get; init; }

    /// <summary>Reads from the cache what a decision needs; null if there is no such object.</summary>
    public static VolumeInput? Gather(IObjectCache cache, ObjectKey key) => cache.Get(key) is { } item
        ? new VolumeInput { Object = item, InUse = item.Header.DeletionTimestamp is not null && (key.Namespace.Length == 0 ? IsBound(item) : HasPods(cache, key)) }
        : null;

    private static bool IsBound(KubeObject volume) => volume.ToMutable().Object("status").Text("phase") == "Bound";

    // A pod that has no node yet will not get its claim any more: its agent refuses to start it.
    private static bool HasPods(IObjectCache cache, ObjectKey claim) =>
        cache.List(ResourceCatalog.Pods.QualifiedName, claim.Namespace).Items.Any(pod => pod.Header.NodeName.Length > 0 && PodClaimNames.Of(pod).Names.Contains(claim.Name));
}
