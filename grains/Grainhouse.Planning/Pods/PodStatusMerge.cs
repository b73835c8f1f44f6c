using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Pods;

/// <summary>What an agent's report makes of a pod's status.</summary>
public abstract record PodStatusOutcome
{
    private PodStatusOutcome()
    {
    }

    /// <summary>The report says nothing new.</summary>
    public sealed record Unchanged : PodStatusOutcome;

    /// <summary>The report is of another pod or of an earlier time.</summary>
    /// <param name="Why">Words for the log.</param>
    public sealed record Refused(string Why) : PodStatusOutcome;

    /// <summary>The status is to be written.</summary>
    public sealed record Write(ReconcileAction.Replace Action) : PodStatusOutcome;
}

/// <summary>Joins what an agent reports of a pod with what others have written into its status.</summary>
/// <remarks>The agent owns the status but for conditions of others' types, which stay as they are.</remarks>
public static class PodStatusMerge
{
    /// <summary>The conditions that the agent judges. All others (PodScheduled, readiness gates) belong to somebody else.</summary>
    private static readonly HashSet<string> AgentConditions = new(StringComparer.Ordinal)
    {
        "Initialized", "Ready", "ContainersReady", "PodReadyToStartContainers",
    };

    private const string Scheduled = "PodScheduled";

    /// <summary>Status members that the cluster sets and that a report leaves out.</summary>
    private static readonly string[] KeptMembers = ["nominatedNodeName", "qosClass", "resourceClaimStatuses", "startTime"];

    /// <summary>Joins a report (core/v1 PodStatus) with the stored status.</summary>
    public static PodStatusOutcome Merge(KubeObject pod, string reportedUid, JsonObject reported, DateTimeOffset now)
    {
        if (pod.Header.Uid != reportedUid)
        {
            return new PodStatusOutcome.Refused($"the report is of pod {reportedUid}; {pod.Key} is {pod.Header.Uid} now");
        }

        var view = PodView.Of(pod);
        var phase = reported.Text("phase");
        if (view.Ended && phase != view.Phase)
        {
            return new PodStatusOutcome.Refused($"the pod has ended as {view.Phase} and cannot become {phase}");
        }

        var document = pod.ToMutable();
        var stored = document.Object("status");
        var status = reported.DeepClone().AsObject();
        foreach (var name in KeptMembers)
        {
            if (stored?[name] is { } kept && (name == "startTime" || status[name] is null))
            {
                status[name] = kept.DeepClone();
            }
        }

        status.SetOrOmit("conditions", Conditions(stored.Array("conditions"), reported.Array("conditions"), now));
        if (JsonNode.DeepEquals(stored, status))
        {
            return new PodStatusOutcome.Unchanged();
        }

        document["status"] = status;
        return new PodStatusOutcome.Write(new ReconcileAction.Replace(pod.Key, pod.Revision, document, "status"));
    }

    /// <summary>As a kubelet orders them: others' conditions, then the agent's as it reports them, and that the pod is scheduled at the end.</summary>
    private static JsonArray Conditions(JsonArray? stored, JsonArray? reported, DateTimeOffset now)
    {
        var merged = new JsonArray();
        foreach (var item in stored ?? [])
        {
            if (item is JsonObject condition && condition.Text("type") is { } type && type != Scheduled && !AgentConditions.Contains(type))
            {
                merged.Add(condition.DeepClone());
            }
        }

        foreach (var item in reported ?? [])
        {
            // Of others' conditions the agent knows only what it was told once: they may be gone by now.
            if (item is JsonObject condition && condition.Text("type") is { } type && AgentConditions.Contains(type) && ConditionList.Find(merged, type) is null)
            {
                merged.Add(Join(ConditionList.Find(stored, type), condition, now));
            }
        }

        if (ConditionList.Find(stored, Scheduled) is { } scheduled)
        {
            merged.Add(scheduled.DeepClone());
        }

        return merged;
    }

    private static JsonObject Join(JsonObject? stored, JsonObject news, DateTimeOffset now)
    {
        var joined = news.DeepClone().AsObject();
        joined["lastTransitionTime"] = stored is not null && stored.Text("status") == news.Text("status")
            ? stored["lastTransitionTime"]?.DeepClone()
            : news["lastTransitionTime"]?.DeepClone();
        if (joined["lastTransitionTime"] is null)
        {
            joined["lastTransitionTime"] = Timestamps.Text(now);
        }

        return joined;
    }
}
