using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.ReplicaSets;

/// <summary>Which pods are a ReplicaSet's: those it controls and, by selector, those that nobody does.</summary>
internal static class PodClaims
{
    /// <summary>Returns the active pods that are the ReplicaSet's now, and adds the adoptions and releases that make it so.</summary>
    public static List<PodView> Claim(
        KubeObject replicaSet, LabelSelector selector, IReadOnlyCollection<KubeObject> candidates, ImmutableArray<ReconcileAction>.Builder actions)
    {
        var uid = replicaSet.Header.Uid;
        var claimed = new List<PodView>(candidates.Count);
        foreach (var candidate in candidates)
        {
            var pod = PodView.Of(candidate);
            if (!pod.Active)
            {
                continue;
            }

            var matches = selector.Matches(pod.Header.Labels);
            if (pod.Header.Controller is { } controller)
            {
                if (controller.Uid != uid)
                {
                    continue;
                }

                if (matches)
                {
                    claimed.Add(pod);
                }
                else if (replicaSet.Header.DeletionTimestamp is null)
                {
                    actions.Add(Release(candidate, uid));
                }
            }
            else if (matches && replicaSet.Header.DeletionTimestamp is null)
            {
                claimed.Add(pod);
                actions.Add(Adopt(candidate, OwnerReferences.Controller(ResourceCatalog.ReplicaSets, replicaSet.Key.Name, uid)));
            }
        }

        return claimed;
    }

    private static ReconcileAction.Replace Adopt(KubeObject pod, JsonObject reference)
    {
        var document = pod.ToMutable();
        OwnerReferences.Add(document, reference);
        return new ReconcileAction.Replace(pod.Key, pod.Revision, document);
    }

    private static ReconcileAction.Replace Release(KubeObject pod, string uid)
    {
        var document = pod.ToMutable();
        OwnerReferences.Remove(document, uid);
        return new ReconcileAction.Replace(pod.Key, pod.Revision, document);
    }
}
