namespace Grainhouse.Storage.Postgres;

/// <summary>Delays between attempts: they double up to a limit and are spread, so that silos which lost one database do not return to it in step.</summary>
internal sealed class Backoff(TimeProvider time)
{
    private const double LeastMilliseconds = 20;
    private const double MostMilliseconds = 1_000;

    private int attempts;

    /// <summary>Waits before the next attempt.</summary>
    public Task DelayAsync(CancellationToken cancellationToken)
    {
        var most = Math.Min(MostMilliseconds, LeastMilliseconds * Math.Pow(2, Math.Min(attempts++, 10)));
        return Task.Delay(TimeSpan.FromMilliseconds(most * (0.5 + (Random.Shared.NextDouble() / 2))), time, cancellationToken);
    }

    /// <summary>An attempt succeeded: the next delay is the shortest again.</summary>
    public void Reset() => attempts = 0;
}
