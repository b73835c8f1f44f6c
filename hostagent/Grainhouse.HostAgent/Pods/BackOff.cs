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

    /// <summary>The back-off that an agent had grown before it was started anew, worked out from the lives that the runtime still shows.</summary>
    /// <param name="attempt">The number of the newest life, from 0.</param>
    /// <param name="formerEnd">When the life before ended; null if the runtime no longer shows it.</param>
    /// <param name="start">When the newest life began.</param>
    /// <remarks>
    /// The pause before the newest life is what the former agent waited. While no agent ran it may have been longer, but
    /// never does a delay exceed what so many restarts amount to.
    /// </remarks>
    public static BackOff Remembered(int attempt, DateTimeOffset? formerEnd, DateTimeOffset start)
    {
        var next = new BackOff(TimeSpan.Zero, start);
        for (var restart = 1; restart <= attempt && next.Delay < Longest; restart++)
        {
            if (formerEnd is { } end && next.Delay > start - end)
            {
                break;
            }

            next = next.Grow(start, start);
        }

        return next;
    }

    private bool IsForgotten(DateTimeOffset failedAt) => Delay == TimeSpan.Zero || failedAt - UpdatedAt > Memory;

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
