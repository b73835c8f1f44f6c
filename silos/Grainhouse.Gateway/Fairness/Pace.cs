namespace Grainhouse.Gateway.Fairness;

/// <summary>How many seats one flow took within the beat that is now. For one thread at a time.</summary>
internal sealed class Pace
{
    private long beat = -1;
    private int taken;

    /// <summary>Seats taken in this beat.</summary>
    /// <param name="now">The number of the beat.</param>
    public int TakenIn(long now) => beat == now ? taken : 0;

    /// <summary>One more is taken.</summary>
    /// <param name="now">The number of the beat.</param>
    public void Take(long now) => (beat, taken) = (now, TakenIn(now) + 1);
}
