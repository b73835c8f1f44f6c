using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects;
using Grainhouse.Planning.Objects.Json;

namespace Grainhouse.Planning.Disruptions;

/// <summary>An eviction asks a budget for one disruption: a write of the budget's status that no client can make.</summary>
/// <remarks>
/// The budget's own grain decides it, so two evictions never take the same one; and it commits at the revision that it decided from,
/// so neither can the reconciler have counted anew in between. A pod that is not ready takes none, where the budget lets it go.
/// </remarks>
public static class DisruptionClaim
{
    /// <summary>The name by which the budget's grain is asked.</summary>
    public const string Subresource = "disruption";

    /// <summary>Upstream's MaxDisruptedPodSize.</summary>
    private const int MostDisruptedPods = 2000;

    private const string Refusal = "Cannot evict pod as it would violate the pod's disruption budget.";

    /// <summary>The question.</summary>
    /// <param name="pod">The pod's name.</param>
    /// <param name="ready">Whether the pod is healthy.</param>
    public static JsonObject Ask(string pod, bool ready) => new() { ["pod"] = pod, ["ready"] = ready };

    /// <summary>Decides on it.</summary>
    internal static WriteDecision Decide(ResourceDescriptor resource, KubeObject current, ReadOnlySpan<byte> question, RuleContext context)
    {
        var asked = JsonNode.Parse(question)!.AsObject();
        var budget = DisruptionBudgetView.Of(current);
        if (!asked.Flag("ready") && LetsUnhealthyGo(budget))
        {
            return new WriteDecision.Unchanged();
        }

        if (Refuse(budget) is { } refused)
        {
            return new WriteDecision.Reject(refused);
        }

        var root = current.ToTree(resource, out var managedFields);
        DisruptionStatus.Take(root.Child("status"), asked.Text("pod")!, context.Now);
        return new WriteDecision.Commit(root.ToObject(current.Key, managedFields));
    }

    /// <summary>What is not healthy now is not missed, as long as what is healthy is enough.</summary>
    private static bool LetsUnhealthyGo(DisruptionBudgetView budget) =>
        budget.AlwaysAllowsUnhealthy || (budget.CurrentHealthy >= budget.DesiredHealthy && budget.DesiredHealthy > 0);

    private static ApiStatus? Refuse(DisruptionBudgetView budget)
    {
        var name = budget.Object.Key.Name;
        if (budget.ObservedGeneration < budget.Object.Header.Generation)
        {
            return TooMany($"The disruption budget {name} is still being processed by the server.", retryAfterSeconds: 10);
        }

        if (budget.DisruptedPods.Count > MostDisruptedPods)
        {
            return ApiStatus.Forbidden(
                ResourceCatalog.PodDisruptionBudgets, name, "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
        }

        return budget.DisruptionsAllowed > 0
            ? null
            : TooMany($"The disruption budget {name} needs {budget.DesiredHealthy} healthy pods and has {budget.CurrentHealthy} currently", retryAfterSeconds: 0);
    }

    private static ApiStatus TooMany(string cause, int retryAfterSeconds) => new(429, "TooManyRequests", Refusal)
    {
        RetryAfterSeconds = retryAfterSeconds,
        Causes = [new StatusCause("DisruptionBudget", cause, "")],
    };
}
