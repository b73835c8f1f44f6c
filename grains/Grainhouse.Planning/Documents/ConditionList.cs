using System.Text.Json.Nodes;

namespace Grainhouse.Planning.Documents;

/// <summary>A <c>status.conditions</c> array: one entry a type, in a stable order.</summary>
public static class ConditionList
{
    /// <summary>The condition of a type; null if there is none.</summary>
    public static JsonObject? Find(JsonArray? conditions, string type)
    {
        if (conditions is null)
        {
            return null;
        }

        foreach (var item in conditions)
        {
            if (item is JsonObject condition && string.Equals(condition.Text("type"), type, StringComparison.Ordinal))
            {
                return condition;
            }
        }

        return null;
    }

    /// <summary>Removes the condition of a type. Returns whether there was one.</summary>
    public static bool Remove(JsonArray conditions, string type) => Find(conditions, type) is { } found && conditions.Remove(found);

    /// <summary>
    /// Sets a condition unless one of the same status and reason is there, as the Deployment and ReplicaSet controllers do.
    /// <c>lastTransitionTime</c> moves only when the status does.
    /// </summary>
    /// <returns>Whether something changed.</returns>
    public static bool Set(JsonArray conditions, string type, string status, string reason, string message, DateTimeOffset now, bool withUpdateTime = false)
    {
        var current = Find(conditions, type);
        if (current is not null && current.Text("status") == status && current.Text("reason") == reason)
        {
            return false;
        }

        var condition = new JsonObject { ["type"] = type, ["status"] = status };
        if (withUpdateTime)
        {
            condition["lastUpdateTime"] = Timestamps.Text(now);
        }

        condition["lastTransitionTime"] =
            current?.Text("status") == status && current.Text("lastTransitionTime") is { } since ? since : Timestamps.Text(now);
        condition["reason"] = reason;
        condition["message"] = message;
        Put(conditions, current, condition);
        return true;
    }

    /// <summary>Puts a condition in the place of the one that it replaces, or at the end.</summary>
    public static void Put(JsonArray conditions, JsonObject? current, JsonObject condition)
    {
        if (current is null)
        {
            conditions.Add(condition);
        }
        else
        {
            conditions[conditions.IndexOf(current)] = condition;
        }
    }

    /// <summary>Moves the condition of a type to the end: for controllers that keep what changed last there.</summary>
    public static void MoveToEnd(JsonArray conditions, string type)
    {
        if (Find(conditions, type) is { } found && conditions.Remove(found))
        {
            conditions.Add(found);
        }
    }
}
