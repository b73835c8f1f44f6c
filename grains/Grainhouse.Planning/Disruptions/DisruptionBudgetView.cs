using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Disruptions;

/// <summary>What evictions and the reconciler look at in a PodDisruptionBudget, read once per revision.</summary>
public sealed class DisruptionBudgetView
{
    private static readonly Func<KubeObject, DisruptionBudgetView> Reader = budget => new DisruptionBudgetView(budget);

    private DisruptionBudgetView(KubeObject budget)
    {
        Object = budget;
        var document = budget.ToMutable();
        var spec = document.Object("spec");
        Selector = LabelSelector.FromJson(spec.Object("selector"));
        MinAvailable = PodAmount.Read(spec?["minAvailable"]);
        MaxUnavailable = PodAmount.Read(spec?["maxUnavailable"]);
        AlwaysAllowsUnhealthy = spec.Text("unhealthyPodEvictionPolicy") == "AlwaysAllow";
        var status = document.Object("status");
        ObservedGeneration = status.Number("observedGeneration") ?? 0;
        DisruptionsAllowed = status.Int("disruptionsAllowed");
        CurrentHealthy = status.Int("currentHealthy");
        DesiredHealthy = status.Int("desiredHealthy");
        ExpectedPods = status.Int("expectedPods");
        DisruptedPods = Disrupted(status);
    }

    /// <summary>The budget.</summary>
    public KubeObject Object { get; }

    /// <summary><c>spec.selector</c>: without one no pod is selected, an empty one selects all pods of the namespace.</summary>
    public LabelSelector Selector { get; }

    /// <summary><c>spec.minAvailable</c>; null if it is absent.</summary>
    public PodAmount? MinAvailable { get; }

    /// <summary><c>spec.maxUnavailable</c>; null if it is absent.</summary>
    public PodAmount? MaxUnavailable { get; }

    /// <summary>Whether pods that are not ready may be evicted whatever the budget (<c>unhealthyPodEvictionPolicy: AlwaysAllow</c>).</summary>
    public bool AlwaysAllowsUnhealthy { get; }

    /// <summary><c>status.observedGeneration</c>.</summary>
    public long ObservedGeneration { get; }

    /// <summary><c>status.disruptionsAllowed</c>.</summary>
    public int DisruptionsAllowed { get; }

    /// <summary><c>status.currentHealthy</c>.</summary>
    public int CurrentHealthy { get; }

    /// <summary><c>status.desiredHealthy</c>.</summary>
    public int DesiredHealthy { get; }

    /// <summary><c>status.expectedPods</c>.</summary>
    public int ExpectedPods { get; }

    /// <summary><c>status.disruptedPods</c>: pods whose eviction was allowed, and when; they may still be there.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> DisruptedPods { get; }

    /// <summary>Whether the reconciler has something to wait for: a spec that it has not seen, or pods that are to go.</summary>
    public bool IsUnsettled => ObservedGeneration != Object.Header.Generation || !DisruptedPods.IsEmpty;

    /// <summary>The view of a budget, made on first use.</summary>
    public static DisruptionBudgetView Of(KubeObject budget) => budget.View(Reader);

    private static ImmutableSortedDictionary<string, DateTimeOffset> Disrupted(JsonObject? status)
    {
        var pods = ImmutableSortedDictionary.CreateBuilder<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var (name, at) in status.Map("disruptedPods"))
        {
            if (Timestamps.Parse(at) is { } time)
            {
                pods[name] = time;
            }
        }

        return pods.ToImmutable();
    }
}
