using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Nodes;

/// <summary>A node's status: as its agent reports it, or unknown when the agent is silent.</summary>
internal static class NodeConditions
{
    private static readonly string[] Judged = ["MemoryPressure", "DiskPressure", "PIDPressure", "Ready"];

    /// <summary>The status that a report makes of the stored one.</summary>
    /// <remarks>
    /// Heartbeats are not stored: <c>lastHeartbeatTime</c> moves only when something else does, so that an idle cluster
    /// writes nothing. Conditions of types that the agent does not report stay.
    /// </remarks>
    public static JsonObject Merge(JsonObject? stored, JsonObject reported, DateTimeOffset now)
    {
        var same = Join(stored, reported, now, null);
        return stored is not null && JsonNode.DeepEquals(stored, same) ? same : Join(stored, reported, now, Timestamps.Text(now));
    }

    /// <summary>The status of a node that has fallen silent.</summary>
    public static JsonObject MarkUnknown(JsonObject? stored, DateTimeOffset now)
    {
        var status = stored?.DeepClone().AsObject() ?? [];
        if (status["conditions"] is not JsonArray conditions)
        {
            conditions = [];
            status["conditions"] = conditions;
        }

        foreach (var type in Judged)
        {
            var current = ConditionList.Find(conditions, type);
            if (current.Text("status") == "Unknown")
            {
                continue;
            }

            var condition = new JsonObject { ["type"] = type, ["status"] = "Unknown" };
            if (current?["lastHeartbeatTime"] is { } heard)
            {
                condition["lastHeartbeatTime"] = heard.DeepClone();
            }

            condition["lastTransitionTime"] = Timestamps.Text(now);
            condition["reason"] = current is null ? "NodeStatusNeverUpdated" : "NodeStatusUnknown";
            condition["message"] = current is null ? "Kubelet never posted node status." : "Kubelet stopped posting node status.";
            ConditionList.Put(conditions, current, condition);
        }

        return status;
    }

    private static JsonObject Join(JsonObject? stored, JsonObject reported, DateTimeOffset now, string? heartbeat)
    {
        var status = stored?.DeepClone().AsObject() ?? [];
        foreach (var (name, value) in reported)
        {
            if (name != "conditions")
            {
                status[name] = value?.DeepClone();
            }
        }

        var conditions = status["conditions"] as JsonArray ?? [];
        foreach (var item in reported.Array("conditions") ?? [])
        {
            if (item is JsonObject news && news.Text("type") is { } type)
            {
                var current = ConditionList.Find(conditions, type);
                ConditionList.Put(conditions, current, JoinCondition(current, news, now, heartbeat));
            }
        }

        if (conditions.Parent is null)
        {
            status.SetOrOmit("conditions", conditions);
        }

        return status;
    }

    private static JsonObject JoinCondition(JsonObject? current, JsonObject news, DateTimeOffset now, string? heartbeat)
    {
        var joined = news.DeepClone().AsObject();
        joined["lastHeartbeatTime"] = heartbeat ?? current.Text("lastHeartbeatTime") ?? Timestamps.Text(now);
        joined["lastTransitionTime"] = current is not null && current.Text("status") == news.Text("status")
            ? current.Text("lastTransitionTime") ?? Timestamps.Text(now)
            : Timestamps.Text(now);
        return joined;
    }
}
