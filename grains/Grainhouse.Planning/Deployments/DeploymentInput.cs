using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.ReplicaSets;

namespace Grainhouse.Planning.Deployments;

/// <summary>What <see cref="DeploymentReconciler"/> decides from.</summary>
/// <remarks>All of one snapshot, which shows at least what the plan before has committed.</remarks>
public sealed record DeploymentInput
{
    /// <summary>The Deployment.</summary>
    public required KubeObject Deployment { get; init; }

    /// <summary>The ReplicaSets of its namespace: its own, those it may adopt, and one that has taken a name it wants. Others are passed over.</summary>
    public required IReadOnlyCollection<KubeObject> ReplicaSets { get; init; }

    /// <summary>The pods of its ReplicaSets. Only Recreate looks at them; may be empty for RollingUpdate.</summary>
    public IReadOnlyCollection<KubeObject> Pods { get; init; } = [];

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The refusal of a ReplicaSet's creation in the plan before; null if all went well.</summary>
    public ActionFailure? Failure { get; init; }

    /// <summary>Reads from the cache what a decision needs; null if there is no such Deployment.</summary>
    public static DeploymentInput? Gather(IObjectCache cache, ObjectKey key, DateTimeOffset now, ActionFailure? failure = null)
    {
        if (cache.Get(key) is not { } deployment)
        {
            return null;
        }

        var spec = new DeploymentSpec(deployment.ToMutable());
        var own = cache.OwnedBy(deployment.Header.Uid);
        var replicaSets = own.ToBuilder();
        var name = TemplateHash.NameOf(deployment, spec.CollisionCount);
        foreach (var replicaSet in cache.List(ResourceCatalog.ReplicaSets.QualifiedName, key.Namespace).Items)
        {
            if (replicaSet.Header.Controller is not { } controller
                ? replicaSet.Key.Name == name || spec.Selector.Matches(replicaSet.Header.Labels)
                : replicaSet.Key.Name == name && controller.Uid != deployment.Header.Uid)
            {
                replicaSets.Add(replicaSet);
            }
        }

        var pods = ImmutableArray.CreateBuilder<KubeObject>();
        if (spec.Recreate)
        {
            foreach (var replicaSet in own)
            {
                pods.AddRange(cache.OwnedBy(replicaSet.Header.Uid));
            }
        }

        return new DeploymentInput
        {
            Deployment = deployment,
            ReplicaSets = replicaSets.ToImmutable(),
            Pods = pods.ToImmutable(),
            Now = now,
            Failure = failure,
        };
    }
}
