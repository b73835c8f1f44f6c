namespace Grainhouse.Planning.Nodes;

/// <summary>Measures an agent's silence, counting only the time in which its silo was able to hear it.</summary>
/// <remarks>
/// A silo that is starved, frozen or suspended hears nobody, and finds its own looks late as well. What it missed is no
/// fault of the agent, whose reports may wait in a socket.
/// </remarks>
/// <param name="HeardAt">When the agent was last heard, moved on by the time in which the silo was deaf.</param>
/// <param name="LookedAt">When the silo last looked.</param>
/// <param name="Interval">The time between looks while all is well; one that comes after more than twice that was held up.</param>
public readonly record struct SilenceClock(DateTimeOffset HeardAt, DateTimeOffset LookedAt, TimeSpan Interval)
{
    /// <summary>A clock that begins now: before it, nobody listened.</summary>
    public static SilenceClock Start(DateTimeOffset now, TimeSpan interval) => new(now, now, interval);

    /// <summary>The agent was heard.</summary>
    public SilenceClock Heard(DateTimeOffset now) => this with { HeardAt = now };

    /// <summary>The silo looked.</summary>
    public SilenceClock Looked(DateTimeOffset now)
    {
        var late = now - LookedAt - Interval;
        var heard = late <= Interval ? HeardAt : HeardAt + late < now ? HeardAt + late : now;
        return this with { HeardAt = heard, LookedAt = now };
    }
}
