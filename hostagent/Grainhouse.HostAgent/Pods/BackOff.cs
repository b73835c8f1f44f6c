namespace Grainhouse.HostAgent.Pods;

/// <summary>A delay that doubles, as kubelet counts it: the first retry is free, then 10 s, 20 s, 40 s, ... 300 s.</summary>
/// <param name="Delay">The delay that the next retry has to wait; zero before the first one.</param>
/// <param name="UpdatedAt">When the delay last grew.</param>
public readonly record struct BackOff(TimeSpan Delay, DateTimeOffset UpdatedAt)
{
    /// <summary>kubelet's first delay, of restarts and of pulls alike.</summary>
    public static readonly TimeSpan Initial = TimeSpan.FromSeconds(10);

    /// <summary>kubelet's MaxContainerBackOff.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(300);

    /// <summary>A back-off that did not grow for this long before the failure starts afresh (client-go: twice the longest).</summary>
    public static readonly TimeSpan Memory = TimeSpan.FromSeconds(600);

    /// <summary>When a retry after a failure at <paramref name="failedAt"/> may run.</summary>
    public DateTimeOffset RetryAt(DateTimeOffset failedAt) => IsForgotten(failedAt) ? failedAt : failedAt + Delay;

    /// <summary>The back-off once a retry has been made.</summary>
    public BackOff Grow(DateTimeOffset failedAt, DateTimeOffset now) =>
        IsForgotten(failedAt) ? new BackOff(Initial, now) : new BackOff(Min(Delay * 2, Longest), now);

    private bool IsForgotten(DateTimeOffset failedAt) => Delay == TimeSpan.Zero || failedAt - UpdatedAt > Memory;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
