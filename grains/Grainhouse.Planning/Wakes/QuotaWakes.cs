using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.Wakes;

/// <summary>Knows the quotas of each namespace: what comes and goes there concerns them.</summary>
internal sealed class QuotaWakes
{
    private readonly Dictionary<string, HashSet<ObjectKey>> quotas = new(StringComparer.Ordinal);

    /// <summary>Takes a change of any object.</summary>
    public void Add(ObjectChange change, ICollection<Wake> wakes)
    {
        var key = change.Object.Key;
        if (key.Resource == ResourceCatalog.ResourceQuotas.QualifiedName)
        {
            Track(change);
        }

        if (quotas.Count == 0 || !quotas.TryGetValue(key.Namespace, out var here) || !MayMatter(change))
        {
            return;
        }

        foreach (var quota in here)
        {
            wakes.Add(new Wake(ReconcilerKind.Quota, quota));
        }
    }

    private void Track(ObjectChange change)
    {
        var key = change.Object.Key;
        if (change.Kind != ChangeKind.Deleted)
        {
            if (!quotas.TryGetValue(key.Namespace, out var here))
            {
                quotas[key.Namespace] = here = [];
            }

            here.Add(key);
        }
        else if (quotas.TryGetValue(key.Namespace, out var left) && left.Remove(key) && left.Count == 0)
        {
            quotas.Remove(key.Namespace);
        }
    }

    /// <summary>Of what is there already, only a pod's end, a service's ports, a claim's size and the quota itself can count.</summary>
    private static bool MayMatter(ObjectChange change) => change.Object.Key.Resource switch
    {
        "events" => false,
        "pods" when change is { Kind: ChangeKind.Modified, Previous: { } before } =>
            PodView.Of(before).Ended != PodView.Of(change.Object).Ended || before.Header.DeletionTimestamp != change.Object.Header.DeletionTimestamp,
        "services" or "persistentvolumeclaims" or "resourcequotas" => true,
        _ => change.Kind != ChangeKind.Modified,
    };
}
