namespace Grainhouse.Planning.Deployments;

/// <summary>One step of a rolling update: the new ReplicaSet up to the ceiling, or the old ones down to the floor.</summary>
/// <remarks>
/// Sizes are decided on <c>spec.replicas</c> as upstream does, but stricter in one thing: no step is taken while a ReplicaSet's
/// controller has not yet seen its last one, and pods that a shrunk ReplicaSet still has count against the ceiling. So the
/// bounds hold for the pods themselves at every moment, not only for the sizes.
/// </remarks>
internal static class RollingUpdate
{
    public static void Step(Rollout rollout)
    {
        var current = rollout.New!;
        if (rollout.All.Any(replicaSet => !replicaSet.Settled))
        {
            return;
        }

        var before = current.Replicas;
        if (current.Replicas != rollout.Spec.Replicas)
        {
            rollout.Scale(current, NewReplicas(rollout, current));
        }

        if (current.Replicas == before || current.Stored is null)
        {
            ScaleDownOld(rollout, current);
        }
    }

    /// <summary>The size that the new ReplicaSet may have now.</summary>
    public static int NewReplicas(Rollout rollout, ReplicaSetEdit current)
    {
        var spec = rollout.Spec;
        if (spec.Recreate || current.Replicas > spec.Replicas)
        {
            return spec.Replicas;
        }

        var room = spec.Replicas + spec.MaxSurge - rollout.All.Sum(replicaSet => replicaSet.Ceiling);
        return current.Replicas + Math.Max(0, Math.Min(room, spec.Replicas - current.Replicas));
    }

    private static void ScaleDownOld(Rollout rollout, ReplicaSetEdit current)
    {
        var minAvailable = rollout.Spec.Replicas - rollout.Spec.MaxUnavailable;
        var spare = rollout.All.Sum(replicaSet => replicaSet.Replicas) - minAvailable - (current.Replicas - current.Floor);
        if (spare <= 0)
        {
            return;
        }

        // Unhealthy pods first: they hold places that the new ones could have, and serve nobody.
        foreach (var old in rollout.Old)
        {
            var unhealthy = Math.Min(spare, old.Replicas - old.Floor);
            if (unhealthy > 0)
            {
                rollout.Scale(old, old.Replicas - unhealthy);
                spare -= unhealthy;
            }
        }

        var surplus = rollout.All.Sum(replicaSet => replicaSet.Floor) - minAvailable;
        foreach (var old in rollout.Old)
        {
            var fewer = Math.Min(old.Replicas, surplus);
            if (fewer > 0)
            {
                rollout.Scale(old, old.Replicas - fewer);
                surplus -= fewer;
            }
        }
    }
}
