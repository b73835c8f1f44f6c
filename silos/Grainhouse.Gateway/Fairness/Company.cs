namespace Grainhouse.Gateway.Fairness;

/// <summary>Who has asked lately, as far as it takes to tell a flow whether it is alone. For one thread at a time.</summary>
internal sealed class Company(TimeProvider time)
{
    /// <summary>Who asked within this time is taken to ask again.</summary>
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    // Two are enough: whoever asks, at least one of them is another.
    private (int Flow, long At)? last;
    private (int Flow, long At)? other;

    /// <summary>A flow asks.</summary>
    public void Ask(int flow)
    {
        if (last is { } before && before.Flow != flow)
        {
            other = before;
        }

        last = (flow, time.GetTimestamp());
    }

    /// <summary>Whether another flow than this one has asked within the last second.</summary>
    public bool Has(int flow) => (last is { } asked && asked.Flow != flow ? last : other) is { } found && time.GetElapsedTime(found.At) < Memory;
}
