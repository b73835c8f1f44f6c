using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.ReplicaSets;

/// <summary>What <see cref="ReplicaSetReconciler"/> decides from.</summary>
/// <remarks>All of one snapshot, which shows at least what the plan before has committed: else pods are made twice.</remarks>
public sealed record ReplicaSetInput
{
    /// <summary>The ReplicaSet.</summary>
    public required KubeObject ReplicaSet { get; init; }

    /// <summary>The pods that name it in their owner references, and pods of its namespace that it may adopt. Others are passed over.</summary>
    public required IReadOnlyCollection<KubeObject> Pods { get; init; }

    /// <summary>How many pods of the ReplicaSets of the same owner each node runs; null where no pod is to go.</summary>
    public IReadOnlyDictionary<string, int>? PodsByNode { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Where name suffixes come from.</summary>
    public required Random Random { get; init; }

    /// <summary>The refusal of a pod's creation in the plan before; null if all went well.</summary>
    public ActionFailure? Failure { get; init; }

    /// <summary>Reads from the cache what a decision needs; null if there is no such ReplicaSet.</summary>
    public static ReplicaSetInput? Gather(IObjectCache cache, ObjectKey key, DateTimeOffset now, Random random, ActionFailure? failure = null)
    {
        if (cache.Get(key) is not { } replicaSet)
        {
            return null;
        }

        var view = ReplicaSetView.Of(replicaSet);
        var pods = ImmutableArray.CreateBuilder<KubeObject>();
        pods.AddRange(cache.OwnedBy(replicaSet.Header.Uid));
        var tooMany = pods.Count > view.Replicas;
        foreach (var pod in cache.List(ResourceCatalog.Pods.QualifiedName, key.Namespace).Items)
        {
            if (pod.Header.Owners.IsEmpty && view.Selector.Matches(pod.Header.Labels))
            {
                pods.Add(pod);
            }
        }

        return new ReplicaSetInput
        {
            ReplicaSet = replicaSet,
            Pods = pods.ToImmutable(),
            PodsByNode = tooMany ? CountRelated(cache, replicaSet) : null,
            Now = now,
            Random = random,
            Failure = failure,
        };
    }

    private static Dictionary<string, int> CountRelated(IObjectCache cache, KubeObject replicaSet)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        ImmutableArray<KubeObject> related = replicaSet.Header.Controller is { } owner ? cache.OwnedBy(owner.Uid) : [replicaSet];
        foreach (var sibling in related)
        {
            foreach (var pod in cache.OwnedBy(sibling.Header.Uid))
            {
                var view = PodView.Of(pod);
                if (view.Active && view.Node.Length > 0)
                {
                    counts[view.Node] = counts.GetValueOrDefault(view.Node) + 1;
                }
            }
        }

        return counts;
    }
}
