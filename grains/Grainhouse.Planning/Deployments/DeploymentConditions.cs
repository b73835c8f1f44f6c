using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Deployments;

/// <summary>Keeps a Deployment's conditions: Available, Progressing and ReplicaFailure.</summary>
internal static class DeploymentConditions
{
    /// <summary>Says that the Deployment was paused or resumed, which also stops and restarts the progress deadline.</summary>
    public static void SetPaused(Rollout rollout)
    {
        var reason = rollout.Status.Progressing.Text("reason");
        if (!rollout.Spec.HasProgressDeadline || reason == ProgressReasons.TimedOut)
        {
            return;
        }

        if (rollout.Spec.Paused && reason != ProgressReasons.Paused)
        {
            rollout.Status.SetProgressing("Unknown", ProgressReasons.Paused, "Deployment is paused", rollout.Now);
        }
        else if (!rollout.Spec.Paused && reason == ProgressReasons.Paused)
        {
            rollout.Status.SetProgressing("Unknown", ProgressReasons.Resumed, "Deployment is resumed", rollout.Now);
        }
    }

    public static void SetAvailable(Rollout rollout, DeploymentCounts counts)
    {
        if (counts.Available >= rollout.Spec.Replicas - rollout.Spec.MaxUnavailable)
        {
            Set(rollout, "Available", "True", "MinimumReplicasAvailable", "Deployment has minimum availability.");
        }
        else
        {
            Set(rollout, "Available", "False", "MinimumReplicasUnavailable", "Deployment does not have minimum availability.");
        }
    }

    /// <summary>Passes on why a ReplicaSet cannot make its pods, the new one's reason first.</summary>
    public static void SetFailure(Rollout rollout)
    {
        var failure = rollout.New?.Failure ?? rollout.Old.Select(old => old.Failure).FirstOrDefault(found => found is not null);
        if (failure is null)
        {
            ConditionList.Remove(rollout.Status.Conditions, "ReplicaFailure");
        }
        else
        {
            Set(rollout, "ReplicaFailure", "True", failure.Reason, failure.Message);
        }
    }

    /// <summary>Judges the progress of a rollout. Returns when its deadline passes; null if none runs.</summary>
    public static DateTimeOffset? SetProgress(Rollout rollout, DeploymentCounts counts)
    {
        var status = rollout.Status;
        if (!rollout.Spec.HasProgressDeadline)
        {
            ConditionList.Remove(status.Conditions, ProgressReasons.Type);
            return null;
        }

        var current = status.Progressing;
        if (counts.Replicas == counts.Updated && current.Text("reason") == ProgressReasons.Available)
        {
            return null;
        }

        var what = rollout.New is { } replicaSet ? $"ReplicaSet \"{replicaSet.Name}\"" : $"Deployment \"{rollout.Spec.Name}\"";
        if (IsComplete(rollout, counts))
        {
            status.SetProgressing("True", ProgressReasons.Available, $"{what} has successfully progressed.", rollout.Now);
            return null;
        }

        if (HasProgressed(status.Stored, counts))
        {
            SetMoving(rollout, $"{what} is progressing.");
        }

        if (status.Progressing is not { } progressing || progressing.Text("reason") is ProgressReasons.TimedOut or ProgressReasons.Available)
        {
            return null;
        }

        var deadline = (progressing.Time("lastUpdateTime") ?? rollout.Now).AddSeconds(rollout.Spec.ProgressDeadlineSeconds);
        if (deadline > rollout.Now)
        {
            return deadline;
        }

        status.SetProgressing("False", ProgressReasons.TimedOut, $"{what} has timed out progressing.", rollout.Now);
        return null;
    }

    /// <summary>Whether all replicas are of the present template, available, and nothing old is left.</summary>
    public static bool IsComplete(Rollout rollout, DeploymentCounts counts)
    {
        var replicas = rollout.Spec.Replicas;
        return counts.Updated == replicas && counts.Replicas == replicas && counts.Available == replicas;
    }

    private static bool HasProgressed(DeploymentCounts old, DeploymentCounts now) =>
        now.Updated > old.Updated || now.Replicas - now.Updated < old.Replicas - old.Updated || now.Ready > old.Ready || now.Available > old.Available;

    /// <summary>Each step moves the update time, from which the deadline counts, but not the transition time.</summary>
    private static void SetMoving(Rollout rollout, string message)
    {
        var conditions = rollout.Status.Conditions;
        var current = rollout.Status.Progressing;
        var since = current.Text("status") == "True" ? current.Text("lastTransitionTime") : null;
        ConditionList.Put(conditions, current, new System.Text.Json.Nodes.JsonObject
        {
            ["type"] = ProgressReasons.Type,
            ["status"] = "True",
            ["lastUpdateTime"] = Timestamps.Text(rollout.Now),
            ["lastTransitionTime"] = since ?? Timestamps.Text(rollout.Now),
            ["reason"] = ProgressReasons.Updated,
            ["message"] = message,
        });
        ConditionList.MoveToEnd(conditions, ProgressReasons.Type);
    }

    private static void Set(Rollout rollout, string type, string status, string reason, string message) =>
        rollout.Status.Set(type, status, reason, message, rollout.Now);
}
