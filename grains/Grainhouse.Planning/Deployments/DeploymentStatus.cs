using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Deployments;

/// <summary>The counts of a Deployment's status.</summary>
internal readonly record struct DeploymentCounts(int Replicas, int Updated, int Ready, int Available, int Unavailable);

/// <summary>A Deployment's status while a plan is made: as stored, and with the plan's changes.</summary>
internal sealed class DeploymentStatus
{
    private readonly JsonObject? stored;

    public DeploymentStatus(JsonObject? stored)
    {
        this.stored = stored;
        Stored = new DeploymentCounts(
            stored.Int("replicas"), stored.Int("updatedReplicas"), stored.Int("readyReplicas"), stored.Int("availableReplicas"),
            stored.Int("unavailableReplicas"));
        ObservedGeneration = stored.Number("observedGeneration") ?? 0;
        CollisionCount = stored.Number("collisionCount") is { } count ? (int)count : null;
        Conditions = stored.Array("conditions")?.DeepClone().AsArray() ?? [];
    }

    /// <summary>The counts as stored.</summary>
    public DeploymentCounts Stored { get; }

    /// <summary>The generation as stored.</summary>
    public long ObservedGeneration { get; }

    public int? CollisionCount { get; set; }

    public JsonArray Conditions { get; }

    public JsonObject? Progressing => ConditionList.Find(Conditions, ProgressReasons.Type);

    public void SetProgressing(string status, string reason, string message, DateTimeOffset now) => Set(ProgressReasons.Type, status, reason, message, now);

    /// <summary>Sets a condition; what changed last is the last, as upstream keeps them.</summary>
    public void Set(string type, string status, string reason, string message, DateTimeOffset now)
    {
        if (ConditionList.Set(Conditions, type, status, reason, message, now, withUpdateTime: true))
        {
            ConditionList.MoveToEnd(Conditions, type);
        }
    }

    /// <summary>The counts that the ReplicaSets show.</summary>
    public static DeploymentCounts Count(Rollout rollout)
    {
        var (wanted, actual, ready, available) = (0, 0, 0, 0);
        foreach (var replicaSet in rollout.All)
        {
            wanted += replicaSet.Replicas;
            actual += replicaSet.ActualReplicas;
            ready += replicaSet.ReadyReplicas;
            available += replicaSet.AvailableReplicas;
        }

        return new DeploymentCounts(actual, rollout.New?.ActualReplicas ?? 0, ready, available, Math.Max(0, wanted - available));
    }

    /// <summary>The whole status; null if it is as stored.</summary>
    public JsonObject? Changed(DeploymentCounts counts, long generation)
    {
        var status = stored?.DeepClone().AsObject() ?? [];
        status.SetOrOmit("observedGeneration", generation);
        status.SetOrOmit("replicas", counts.Replicas);
        status.SetOrOmit("updatedReplicas", counts.Updated);
        status.SetOrOmit("readyReplicas", counts.Ready);
        status.SetOrOmit("availableReplicas", counts.Available);
        status.SetOrOmit("unavailableReplicas", counts.Unavailable);
        if (CollisionCount is { } collisions)
        {
            status["collisionCount"] = collisions;
        }

        status.SetOrOmit("conditions", Conditions.DeepClone().AsArray());
        return stored is not null && JsonNode.DeepEquals(stored, status) ? null : status;
    }
}
