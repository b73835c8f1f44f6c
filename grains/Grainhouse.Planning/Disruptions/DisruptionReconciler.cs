using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.Disruptions;

/// <summary>Keeps the status of a PodDisruptionBudget as its pods are, after upstream's disruption controller.</summary>
public static class DisruptionReconciler
{
    /// <summary>How long an eviction that was allowed may take until its pod is marked; after that it is taken not to happen.</summary>
    public static readonly TimeSpan DeletionTimeout = TimeSpan.FromMinutes(2);

    private const string Component = "controllermanager";

    /// <summary>Decides what to do now.</summary>
    public static ReconcilePlan Decide(DisruptionInput input)
    {
        if (input.Budget.Header.DeletionTimestamp is not null)
        {
            return ReconcilePlan.Nothing;
        }

        var actions = ImmutableArray.CreateBuilder<ReconcileAction>();
        var expected = ExpectedPods.Of(input);
        var disrupted = StillExpectedToGo(input, actions);
        var document = input.Budget.ToMutable();
        var status = expected.Error is { } error
            ? DisruptionStatus.Failed(document.Object("status"), error, input.Now)
            : DisruptionStatus.Of(document.Object("status"), input.Budget.Header.Generation, expected, Healthy(input, disrupted), disrupted, input.Now);
        if (!JsonNode.DeepEquals(document.Object("status"), status))
        {
            if (Told(input, expected) is { } told)
            {
                actions.Add(told);
            }

            document["status"] = status;
            actions.Add(new ReconcileAction.Replace(input.Budget.Key, input.Budget.Revision, document, "status"));
        }

        DateTimeOffset? wakeAt = disrupted.Count == 0 ? null : disrupted.Values.Min() + DeletionTimeout;
        return new ReconcilePlan(actions.ToImmutable(), wakeAt);
    }

    /// <summary>The pods that an eviction was allowed for and that are neither gone, nor marked, nor overdue.</summary>
    private static SortedDictionary<string, DateTimeOffset> StillExpectedToGo(DisruptionInput input, ImmutableArray<ReconcileAction>.Builder actions)
    {
        var known = DisruptionBudgetView.Of(input.Budget).DisruptedPods;
        var still = new SortedDictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var pod in known.IsEmpty ? [] : input.Pods)
        {
            if (pod.Deleting || !known.TryGetValue(pod.Name, out var at))
            {
                continue;
            }

            if (at + DeletionTimeout > input.Now)
            {
                still[pod.Name] = at;
            }
            else
            {
                var budget = input.Budget.Key;
                actions.Add(new ReconcileAction.Emit(new EventDraft(
                    pod.Object.Key, pod.Header.Uid, "", Component, "Warning", "NotDeleted",
                    $"Pod was expected by PDB {budget.Namespace}/{budget.Name} to be deleted but it wasn't")));
            }
        }

        return still;
    }

    private static int Healthy(DisruptionInput input, SortedDictionary<string, DateTimeOffset> disrupted)
    {
        var healthy = 0;
        foreach (var pod in input.Pods)
        {
            healthy += pod.Ready && !pod.Deleting && !disrupted.ContainsKey(pod.Name) ? 1 : 0;
        }

        return healthy;
    }

    private static ReconcileAction.Emit? Told(DisruptionInput input, ExpectedPods expected) =>
        expected.Error is { } error ? Event(input, "Warning", "CalculateExpectedPodCountFailed", $"Failed to calculate the number of expected pods: {error}")
        : input.Pods.IsEmpty ? Event(input, "Normal", "NoPods", "No matching pods found")
        : null;

    private static ReconcileAction.Emit Event(DisruptionInput input, string type, string reason, string message) =>
        new(new EventDraft(input.Budget.Key, input.Budget.Header.Uid, "", Component, type, reason, message));
}
