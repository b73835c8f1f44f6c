namespace Grainhouse.Planning.Disruptions;

/// <summary>How many pods a budget counts on, and how many of them must be healthy.</summary>
/// <param name="Count">The pods that there should be.</param>
/// <param name="DesiredHealthy">The pods that must be healthy.</param>
/// <param name="Error">Why it cannot be told; null if it can.</param>
internal readonly record struct ExpectedPods(int Count, int DesiredHealthy, string? Error)
{
    /// <summary>Counts as upstream's disruption controller: a plain <c>minAvailable</c> asks no controller, everything else does.</summary>
    public static ExpectedPods Of(DisruptionInput input)
    {
        var budget = DisruptionBudgetView.Of(input.Budget);
        if (budget.MaxUnavailable is { } most)
        {
            var (scale, error) = Scale(input);
            return new ExpectedPods(scale, Math.Max(0, scale - most.Of(scale)), error);
        }

        if (budget.MinAvailable is { IsPercent: true } share)
        {
            var (scale, error) = Scale(input);
            return new ExpectedPods(scale, share.Of(scale), error);
        }

        return budget.MinAvailable is { } least
            ? new ExpectedPods(input.Pods.Length, least.Value, null)
            : new ExpectedPods(0, 0, null);
    }

    /// <summary>What the controllers of all pods ask for together. Pods without one count nothing.</summary>
    private static (int Scale, string? Error) Scale(DisruptionInput input)
    {
        var counted = new HashSet<string>(StringComparer.Ordinal);
        long sum = 0;
        foreach (var pod in input.Pods)
        {
            if (pod.Header.Controller is not { } controller)
            {
                continue;
            }

            var scale = input.Scales[controller.Uid];
            if (scale.Error is { } error)
            {
                return (0, error);
            }

            sum += counted.Add(scale.Uid) ? scale.Replicas : 0;
        }

        return ((int)Math.Min(int.MaxValue, sum), null);
    }
}
