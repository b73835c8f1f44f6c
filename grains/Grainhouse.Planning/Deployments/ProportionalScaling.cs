using System.Globalization;

namespace Grainhouse.Planning.Deployments;

/// <summary>Shares a change of a Deployment's replicas among its ReplicaSets, in the middle of a rollout or while it is paused.</summary>
internal static class ProportionalScaling
{
    /// <summary>Whether the Deployment's replicas have changed since a ReplicaSet was last sized.</summary>
    public static bool IsNeeded(Rollout rollout) => rollout.All.Any(replicaSet =>
        replicaSet.Replicas > 0 && Remembered(replicaSet, DeploymentAnnotations.DesiredReplicas) is { } desired && desired != rollout.Spec.Replicas);

    public static void Apply(Rollout rollout)
    {
        if (ActiveOrLatest(rollout) is { } only)
        {
            rollout.Scale(only, rollout.Spec.Replicas);
        }
        else if (IsSaturated(rollout))
        {
            foreach (var old in rollout.Old.Where(old => old.Replicas > 0))
            {
                rollout.Scale(old, 0);
            }
        }
        else if (!rollout.Spec.Recreate)
        {
            Share(rollout);
        }
    }

    private static ReplicaSetEdit? ActiveOrLatest(Rollout rollout)
    {
        var active = rollout.All.Where(replicaSet => replicaSet.Replicas > 0).Take(2).ToArray();
        return active.Length switch
        {
            0 => rollout.New ?? rollout.Old.LastOrDefault(),
            1 => active[0],
            _ => null,
        };
    }

    private static bool IsSaturated(Rollout rollout) =>
        rollout.New is { } current
        && current.Replicas == rollout.Spec.Replicas
        && Remembered(current, DeploymentAnnotations.DesiredReplicas) == rollout.Spec.Replicas
        && current.AvailableReplicas == rollout.Spec.Replicas;

    private static void Share(Rollout rollout)
    {
        var active = rollout.All.Where(replicaSet => replicaSet.Replicas > 0).ToList();
        var allowed = rollout.Spec.Replicas > 0 ? rollout.Spec.Replicas + rollout.Spec.MaxSurge : 0;
        var toAdd = allowed - active.Sum(replicaSet => replicaSet.Replicas);

        // The largest take the rounding; of equals the newer grows and the older shrinks.
        active = toAdd > 0
            ? [.. active.OrderByDescending(replicaSet => replicaSet.Replicas).ThenByDescending(replicaSet => replicaSet.Created)]
            : [.. active.OrderByDescending(replicaSet => replicaSet.Replicas).ThenBy(replicaSet => replicaSet.Created)];
        var sizes = new int[active.Count];
        var added = 0;
        for (var i = 0; i < sizes.Length; i++)
        {
            var share = Proportion(rollout, active[i], toAdd, added);
            sizes[i] = active[i].Replicas + share;
            added += share;
        }

        for (var i = 0; i < sizes.Length; i++)
        {
            var size = i == 0 ? Math.Max(0, sizes[i] + toAdd - added) : sizes[i];
            rollout.Scale(active[i], size);
        }
    }

    private static int Proportion(Rollout rollout, ReplicaSetEdit replicaSet, int toAdd, int added)
    {
        if (toAdd == 0 || toAdd == added)
        {
            return 0;
        }

        var fraction = Fraction(rollout, replicaSet);
        return toAdd > 0 ? Math.Min(fraction, toAdd - added) : Math.Max(fraction, toAdd - added);
    }

    private static int Fraction(Rollout rollout, ReplicaSetEdit replicaSet)
    {
        if (rollout.Spec.Replicas == 0)
        {
            return -replicaSet.Replicas;
        }

        var before = Remembered(replicaSet, DeploymentAnnotations.MaxReplicas) ?? rollout.Status.Stored.Replicas;
        var size = (double)replicaSet.Replicas * (rollout.Spec.Replicas + rollout.Spec.MaxSurge) / Math.Max(1, before);
        return (int)Math.Round(size, MidpointRounding.AwayFromZero) - replicaSet.Replicas;
    }

    private static int? Remembered(ReplicaSetEdit replicaSet, string annotation) =>
        int.TryParse(replicaSet.Annotation(annotation), CultureInfo.InvariantCulture, out var number) ? number : null;
}
