using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Volumes;

namespace Grainhouse.Planning.Wakes;

/// <summary>When a volume or claim that is being deleted may have become free.</summary>
internal static class VolumeWakes
{
    public static void Add(KubeObject item, ICollection<Wake> wakes)
    {
        if (item.Header.DeletionTimestamp is not null)
        {
            wakes.Add(new Wake(ReconcilerKind.Volume, item.Key));
        }
    }

    public static void AddClaimsOf(ObjectChange pod, IObjectCache cache, ICollection<Wake> wakes)
    {
        if (pod.Kind != ChangeKind.Deleted)
        {
            return;
        }

        foreach (var name in PodClaimNames.Of(pod.Object).Names)
        {
            var key = ResourceCatalog.PersistentVolumeClaims.Key(pod.Object.Key.Namespace, name);
            if (cache.Get(key)?.Header.DeletionTimestamp is not null)
            {
                wakes.Add(new Wake(ReconcilerKind.Volume, key));
            }
        }
    }
}
