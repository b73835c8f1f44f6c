using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Defaults;

/// <summary>Defaults of pods that templates do not get: those of the type, and of upstream's default admission plugins.</summary>
internal static class PodDefaults
{
    /// <summary>How long a pod stays on a node that is lost, in seconds (admission plugin DefaultTolerationSeconds).</summary>
    private const long TolerationSeconds = 300;

    public static void Apply(JsonObject spec)
    {
        RequestsFromLimits(spec.Array("containers"));
        RequestsFromLimits(spec.Array("initContainers"));
        spec.Default("enableServiceLinks", true);
        PodSpecDefaults.Apply(spec);
        if (string.IsNullOrEmpty(spec.Text("serviceAccountName")))
        {
            spec["serviceAccountName"] = "default";
            spec["serviceAccount"] = "default";
        }

        spec.Default("preemptionPolicy", "PreemptLowerPriority");
        spec.Default("priority", Priority(spec.Text("priorityClassName")));
        Tolerations(spec);
    }

    /// <summary>The two classes that every cluster has; others are objects that the scheduler knows.</summary>
    private static long Priority(string? className) => className switch
    {
        "system-node-critical" => 2_000_001_000,
        "system-cluster-critical" => 2_000_000_000,
        _ => 0,
    };

    private static void RequestsFromLimits(JsonArray? containers)
    {
        if (containers is null)
        {
            return;
        }

        foreach (var item in containers)
        {
            if ((item as JsonObject).Object("resources") is not { } resources || resources.Object("limits") is not { } limits)
            {
                continue;
            }

            var requests = resources.Child("requests");
            foreach (var (name, value) in limits)
            {
                if (!requests.ContainsKey(name))
                {
                    requests[name] = value?.DeepClone();
                }
            }
        }
    }

    private static void Tolerations(JsonObject spec)
    {
        var tolerations = spec.Array("tolerations");
        var notReady = !Tolerates(tolerations, "node.kubernetes.io/not-ready");
        var unreachable = !Tolerates(tolerations, "node.kubernetes.io/unreachable");
        if (!notReady && !unreachable)
        {
            return;
        }

        if (tolerations is null)
        {
            spec["tolerations"] = tolerations = [];
        }

        if (notReady)
        {
            tolerations.Add(Toleration("node.kubernetes.io/not-ready"));
        }

        if (unreachable)
        {
            tolerations.Add(Toleration("node.kubernetes.io/unreachable"));
        }
    }

    private static bool Tolerates(JsonArray? tolerations, string taint)
    {
        if (tolerations is null)
        {
            return false;
        }

        foreach (var item in tolerations)
        {
            var toleration = item as JsonObject;
            var key = toleration.Text("key") ?? "";
            if ((key.Length == 0 || key == taint) && (toleration.Text("effect") ?? "") is "" or "NoExecute")
            {
                return true;
            }
        }

        return false;
    }

    private static JsonObject Toleration(string key) => new()
    {
        ["key"] = key, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = TolerationSeconds,
    };
}
