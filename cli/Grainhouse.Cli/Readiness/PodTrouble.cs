using System.Text.Json.Nodes;

namespace Grainhouse.Cli.Readiness;

/// <summary>Says in one line why a pod is not ready.</summary>
internal static class PodTrouble
{
    // A container that is being made is not in trouble, only new.
    private static readonly string[] Normal = ["ContainerCreating", "PodInitializing"];

    /// <summary>The reason; null if the pod is well or only new.</summary>
    public static string? Of(JsonObject pod)
    {
        if (pod.Condition("PodScheduled") is { } scheduled && scheduled.Text("status") == "False")
        {
            return $"{pod.Text("metadata", "name")}: {scheduled.Text("message")}";
        }

        foreach (var list in new[] { "initContainerStatuses", "containerStatuses" })
        {
            foreach (var container in (pod["status"]?[list] as JsonArray ?? []).OfType<JsonObject>())
            {
                if (OfContainer(container) is { } trouble)
                {
                    return $"{pod.Text("metadata", "name")}, container {container.Text("name")}: {trouble}";
                }
            }
        }

        return null;
    }

    private static string? OfContainer(JsonObject container)
    {
        if (container["state"]?["waiting"] is JsonObject waiting && !Normal.Contains(waiting.Text("reason")))
        {
            var last = container["lastState"]?["terminated"] is JsonObject ended ? $" (last exit code {ended["exitCode"]})" : "";
            return $"{waiting.Text("reason")}{last}: {waiting.Text("message")}".TrimEnd(' ', ':');
        }

        return container["state"]?["terminated"] is JsonObject terminated && (int?)terminated["exitCode"] != 0
            ? $"{terminated.Text("reason")}, exit code {terminated["exitCode"]}"
            : null;
    }
}
