namespace Grainhouse.Client.Watching;

/// <summary>Waits longer each time, with some chance in it, so that clients do not come back all at once.</summary>
internal sealed class Backoff(TimeProvider time)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private int attempts;

    /// <summary>All is well: the next wait is the shortest again.</summary>
    public void Reset() => attempts = 0;

    /// <summary>Waits: 50 ms, twice as long each time, at most 30 s; half of it is by chance.</summary>
    public Task WaitAsync(CancellationToken cancellationToken)
    {
        var whole = Math.Min(Shortest.TotalMilliseconds * Math.Pow(2, Math.Min(attempts++, 20)), Longest.TotalMilliseconds);
        return Task.Delay(TimeSpan.FromMilliseconds(whole * (0.5 + (Random.Shared.NextDouble() / 2))), time, cancellationToken);
    }
}
