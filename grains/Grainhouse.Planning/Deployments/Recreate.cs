using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.Deployments;

/// <summary>The Recreate strategy: nothing new starts before everything old is really gone.</summary>
internal static class Recreate
{
    public static void Step(Rollout rollout)
    {
        var shrunk = false;
        foreach (var old in rollout.Old)
        {
            if (old.Replicas > 0)
            {
                rollout.Scale(old, 0);
                shrunk = true;
            }
        }

        if (shrunk || OldPodsRemain(rollout) || (rollout.New is null && !NewReplicaSet.Create(rollout)))
        {
            return;
        }

        if (rollout.New!.Replicas != rollout.Spec.Replicas)
        {
            rollout.Scale(rollout.New, rollout.Spec.Replicas);
        }
    }

    private static bool OldPodsRemain(Rollout rollout)
    {
        if (rollout.Old.Any(old => !old.Settled || old.ActualReplicas > 0))
        {
            return true;
        }

        // Pods that are being stopped are no replicas any more, but they still run.
        var owners = rollout.Old.Select(old => old.Stored!.Header.Uid).ToHashSet(StringComparer.Ordinal);
        return rollout.Input.Pods.Any(pod =>
            pod.Header.Controller is { } controller && owners.Contains(controller.Uid) && !PodView.Of(pod).Ended);
    }
}
