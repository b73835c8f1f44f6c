using System.Text.Json.Nodes;

namespace Grainhouse.Cli.Readiness;

/// <summary>Whether an object is as it should be, and in a few words what it is.</summary>
/// <param name="Ready">Nothing is left to wait for.</param>
/// <param name="State">As in <c>2/3 ready</c>.</param>
/// <param name="Trouble">Why it is not ready; null if nothing is known to be wrong.</param>
internal sealed record ObjectReadiness(bool Ready, string State, string? Trouble = null)
{
    /// <summary>Judges an object by its status. Pure.</summary>
    /// <param name="object">The object; null if it is not there.</param>
    /// <param name="pods">The pods of its namespace.</param>
    public static ObjectReadiness Of(JsonObject? @object, IReadOnlyList<JsonObject> pods) => (string?)@object?["kind"] switch
    {
        _ when @object is null => new ObjectReadiness(false, "missing"),
        "Deployment" => OfDeployment(@object, pods),
        "ReplicaSet" => OfReplicaSet(@object, pods),
        "Pod" => OfPod(@object),
        "Node" => OfNode(@object),
        _ => new ObjectReadiness(true, "ready"),
    };

    private static ObjectReadiness OfDeployment(JsonObject deployment, IReadOnlyList<JsonObject> pods)
    {
        var desired = deployment.Number("spec", "replicas") ?? 1;
        var available = deployment.Number("status", "availableReplicas") ?? 0;
        var updated = deployment.Number("status", "updatedReplicas") ?? 0;
        var total = deployment.Number("status", "replicas") ?? 0;
        var observed = (deployment.Number("status", "observedGeneration") ?? 0) >= (deployment.Number("metadata", "generation") ?? 0);
        var ready = observed && updated == desired && available == desired && total == updated;
        return new ObjectReadiness(ready, $"{available}/{desired} ready", ready ? null : ReasonOf(deployment, pods));
    }

    private static ObjectReadiness OfReplicaSet(JsonObject replicaSet, IReadOnlyList<JsonObject> pods)
    {
        var desired = replicaSet.Number("spec", "replicas") ?? 1;
        var ready = replicaSet.Number("status", "readyReplicas") ?? 0;
        return new ObjectReadiness(ready == desired, $"{ready}/{desired} ready", ready == desired ? null : ReasonOf(replicaSet, pods));
    }

    private static ObjectReadiness OfPod(JsonObject pod)
    {
        var phase = pod.Text("status", "phase") ?? "Pending";
        var ready = phase == "Succeeded" || pod.Condition("Ready")?.Text("status") == "True";
        return new ObjectReadiness(ready, ready && phase == "Running" ? "ready" : phase, ready ? null : PodTrouble.Of(pod));
    }

    private static ObjectReadiness OfNode(JsonObject node)
    {
        var condition = node.Condition("Ready");
        var ready = condition?.Text("status") == "True";
        var cordoned = (bool?)node["spec"]?["unschedulable"] == true;
        return new ObjectReadiness(ready, (ready ? "Ready" : "NotReady") + (cordoned ? ",SchedulingDisabled" : ""), ready ? null : condition?.Text("message"));
    }

    // The first pod that says what is wrong; else what the owner itself says.
    private static string? ReasonOf(JsonObject owner, IReadOnlyList<JsonObject> pods) =>
        pods.Where(pod => pod.IsSelectedBy(owner)).Select(PodTrouble.Of).FirstOrDefault(trouble => trouble is not null)
        ?? new[] { "ReplicaFailure", "Progressing" }
            .Select(owner.Condition)
            .FirstOrDefault(condition => condition is not null && (condition.Text("type") == "ReplicaFailure") == (condition.Text("status") == "True"))
            ?.Text("message");
}
