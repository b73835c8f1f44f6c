using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Nodes;

/// <summary>The taints that a node's conditions ask for. Users' own taints are left alone.</summary>
internal static class NodeTaints
{
    public const string NotReady = "node.kubernetes.io/not-ready";
    public const string Unreachable = "node.kubernetes.io/unreachable";
    private const string Unschedulable = "node.kubernetes.io/unschedulable";

    private static readonly (string Condition, string Taint)[] Pressures =
    [
        ("MemoryPressure", "node.kubernetes.io/memory-pressure"),
        ("DiskPressure", "node.kubernetes.io/disk-pressure"),
        ("PIDPressure", "node.kubernetes.io/pid-pressure"),
    ];

    /// <summary>Brings <c>spec.taints</c> in line with conditions and <c>spec.unschedulable</c>. Returns whether something changed.</summary>
    public static bool Set(JsonObject document, NodeInput input)
    {
        var spec = document.Child("spec");
        var conditions = document.Object("status").Array("conditions");
        var ready = ConditionList.Find(conditions, "Ready").Text("status");

        // Where every node is silent, it is the cluster that cannot hear: nothing new is placed, but nothing is evicted either.
        var evicts = !(input.OthersLost && ready == "Unknown");
        var taints = spec["taints"] as JsonArray ?? [];
        var changed = Put(taints, NotReady, "NoSchedule", ready == "False", input.Now);
        changed |= Put(taints, NotReady, "NoExecute", ready == "False", input.Now);
        changed |= Put(taints, Unreachable, "NoSchedule", ready == "Unknown", input.Now);
        changed |= Put(taints, Unreachable, "NoExecute", ready == "Unknown" && evicts, input.Now);
        changed |= Put(taints, Unschedulable, "NoSchedule", spec.Flag("unschedulable"), input.Now);
        foreach (var (condition, taint) in Pressures)
        {
            changed |= Put(taints, taint, "NoSchedule", ConditionList.Find(conditions, condition).Text("status") == "True", input.Now);
        }

        if (changed)
        {
            spec.Remove("taints");
            spec.SetOrOmit("taints", taints);
        }

        return changed;
    }

    private static bool Put(JsonArray taints, string key, string effect, bool wanted, DateTimeOffset now)
    {
        var found = taints.OfType<JsonObject>().FirstOrDefault(taint => taint.Text("key") == key && taint.Text("effect") == effect);
        if (wanted == (found is not null))
        {
            return false;
        }

        if (found is not null)
        {
            taints.Remove(found);
        }
        else
        {
            taints.Add(new JsonObject { ["key"] = key, ["effect"] = effect, ["timeAdded"] = Timestamps.Text(now) });
        }

        return true;
    }
}
