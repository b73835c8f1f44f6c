namespace Grainhouse.Planning.Events;

/// <summary>How much one source may tell of one object: 25 events at once, then one in five minutes (upstream's defaults).</summary>
internal sealed class SpamBudget(DateTimeOffset start)
{
    private const double Burst = 25;
    private const double PerSecond = 1.0 / 300;

    private double tokens = Burst;
    private DateTimeOffset last = start;

    public bool TrySpend(DateTimeOffset now)
    {
        tokens = Math.Min(Burst, tokens + (Math.Max(0, (now - last).TotalSeconds) * PerSecond));
        last = now;
        if (tokens < 1)
        {
            return false;
        }

        tokens--;
        return true;
    }
}
