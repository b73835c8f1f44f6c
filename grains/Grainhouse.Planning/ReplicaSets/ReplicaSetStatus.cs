using System.Text.Json;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.ReplicaSets;

/// <summary>Writes a ReplicaSet's status from the pods that there are before the plan is carried out.</summary>
internal static class ReplicaSetStatus
{
    private const string FailureCondition = "ReplicaFailure";

    /// <summary>The write that brings the status up to date; null if it is.</summary>
    public static ReconcileAction? Update(ReplicaSetInput input, ReplicaSetView view, List<PodView> pods)
    {
        var document = input.ReplicaSet.ToMutable();
        var old = document.Object("status");
        var status = old?.DeepClone().AsObject() ?? [];
        var labels = TemplateLabels(view.Template);
        var (labeled, ready, available) = (0, 0, 0);
        foreach (var pod in pods)
        {
            labeled += HasAll(pod.Header.Labels, labels) ? 1 : 0;
            ready += pod.Ready ? 1 : 0;
            available += pod.IsAvailable(view.MinReadySeconds, input.Now) ? 1 : 0;
        }

        status["replicas"] = pods.Count;
        status.SetOrOmit("fullyLabeledReplicas", labeled);
        status.SetOrOmit("readyReplicas", ready);
        status.SetOrOmit("availableReplicas", available);
        status.SetOrOmit("observedGeneration", input.ReplicaSet.Header.Generation);
        SetFailure(status, input, pods.Count < view.Replicas);
        if (JsonNode.DeepEquals(old, status))
        {
            return null;
        }

        document["status"] = status;
        return new ReconcileAction.Replace(input.ReplicaSet.Key, input.ReplicaSet.Revision, document, "status");
    }

    private static void SetFailure(JsonObject status, ReplicaSetInput input, bool tooFew)
    {
        var conditions = status["conditions"] as JsonArray ?? [];
        if (tooFew && input.Failure is { } failure)
        {
            ConditionList.Set(conditions, FailureCondition, "True", "FailedCreate", failure.Error.Message, failure.At);
        }
        else
        {
            ConditionList.Remove(conditions, FailureCondition);
        }

        if (conditions.Parent is null)
        {
            status.SetOrOmit("conditions", conditions);
        }
        else if (conditions.Count == 0)
        {
            status.Remove("conditions");
        }
    }

    private static KeyValuePair<string, string>[] TemplateLabels(JsonElement template) =>
        template.ValueKind == JsonValueKind.Object && template.TryGetProperty("metadata", out var metadata)
            ? [.. JsonObject.Create(metadata).Map("labels")]
            : [];

    private static bool HasAll(IReadOnlyDictionary<string, string> labels, KeyValuePair<string, string>[] wanted)
    {
        foreach (var (key, value) in wanted)
        {
            if (!labels.TryGetValue(key, out var found) || found != value)
            {
                return false;
            }
        }

        return true;
    }
}
