using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Disruptions;

/// <summary>Writes the status of a PodDisruptionBudget.</summary>
internal static class DisruptionStatus
{
    private const string Condition = "DisruptionAllowed";

    /// <summary>The status that the pods give.</summary>
    public static JsonObject Of(
        JsonObject? old, long generation, ExpectedPods expected, int healthy, SortedDictionary<string, DateTimeOffset> disrupted, DateTimeOffset now)
    {
        // A budget that counts on no pods allows nothing: else the first pods to come could go before they are counted.
        var allowed = expected.Count <= 0 ? 0 : Math.Max(0, healthy - expected.DesiredHealthy);
        var status = new JsonObject { ["observedGeneration"] = generation };
        if (disrupted.Count > 0)
        {
            status["disruptedPods"] = disrupted.Select(pod => KeyValuePair.Create(pod.Key, Timestamps.Text(pod.Value))).ToJson();
        }

        status["disruptionsAllowed"] = allowed;
        status["currentHealthy"] = healthy;
        status["desiredHealthy"] = expected.DesiredHealthy;
        status["expectedPods"] = expected.Count;
        status["conditions"] = Conditions(old);
        SetCondition(status, now);
        return status;
    }

    /// <summary>The status when it is unknown how many pods there should be: nothing may be disrupted.</summary>
    public static JsonObject Failed(JsonObject? old, string error, DateTimeOffset now)
    {
        var status = old?.DeepClone().AsObject() ?? [];
        status["disruptionsAllowed"] = 0;
        status["conditions"] = Conditions(old);
        SetCondition(status, now, "False", "SyncFailed", error);
        return status;
    }

    /// <summary>Counts one eviction that is allowed, so that the next one finds one less.</summary>
    public static void Take(JsonObject status, string pod, DateTimeOffset now)
    {
        status["disruptionsAllowed"] = status.Int("disruptionsAllowed") - 1;
        status.Child("disruptedPods")[pod] = Timestamps.Text(now);
        if (status.Array("conditions") is null)
        {
            status["conditions"] = new JsonArray();
        }

        SetCondition(status, now);
    }

    private static JsonArray Conditions(JsonObject? old) => old.Array("conditions")?.DeepClone().AsArray() ?? [];

    private static void SetCondition(JsonObject status, DateTimeOffset now)
    {
        var allowed = status.Int("disruptionsAllowed") > 0;
        SetCondition(status, now, allowed ? "True" : "False", allowed ? "SufficientPods" : "InsufficientPods", "");
    }

    private static void SetCondition(JsonObject status, DateTimeOffset now, string value, string reason, string message)
    {
        var conditions = status.Array("conditions")!;
        var current = ConditionList.Find(conditions, Condition);
        ConditionList.Put(conditions, current, new JsonObject
        {
            ["type"] = Condition,
            ["status"] = value,
            ["observedGeneration"] = status.Number("observedGeneration") ?? 0,
            ["lastTransitionTime"] = current.Text("status") == value ? current.Text("lastTransitionTime") : Timestamps.Text(now),
            ["reason"] = reason,
            ["message"] = message,
        });
    }
}
