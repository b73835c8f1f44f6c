using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Deployments;

/// <summary>Which ReplicaSets are a Deployment's: those it controls and, by selector, those that nobody does.</summary>
internal static class ReplicaSetClaims
{
    /// <summary>The ReplicaSets that are the Deployment's now; those that it adopts carry the change already.</summary>
    public static List<ReplicaSetEdit> Claim(DeploymentInput input, DeploymentSpec spec)
    {
        var uid = input.Deployment.Header.Uid;
        var leaving = input.Deployment.Header.DeletionTimestamp is not null;
        var claimed = new List<ReplicaSetEdit>();
        foreach (var replicaSet in input.ReplicaSets)
        {
            if (replicaSet.Header.Controller is { } controller)
            {
                if (controller.Uid == uid && spec.Selector.Matches(replicaSet.Header.Labels))
                {
                    claimed.Add(new ReplicaSetEdit(replicaSet));
                }
            }
            else if (!leaving && replicaSet.Header.DeletionTimestamp is null && spec.Selector.Matches(replicaSet.Header.Labels))
            {
                var adopted = new ReplicaSetEdit(replicaSet);
                adopted.Adopt(OwnerReferences.Controller(ResourceCatalog.Deployments, spec.Name, uid));
                claimed.Add(adopted);
            }
        }

        return claimed;
    }

    /// <summary>The write that lets go of each ReplicaSet whose labels the selector no longer matches.</summary>
    public static IEnumerable<ReconcileAction> Releases(DeploymentInput input, DeploymentSpec spec)
    {
        var uid = input.Deployment.Header.Uid;
        foreach (var replicaSet in input.ReplicaSets)
        {
            if (replicaSet.Header.Controller?.Uid == uid && !spec.Selector.Matches(replicaSet.Header.Labels))
            {
                var document = replicaSet.ToMutable();
                OwnerReferences.Remove(document, uid);
                yield return new ReconcileAction.Replace(replicaSet.Key, replicaSet.Revision, document);
            }
        }
    }
}
