namespace Grainhouse.Simulation.Engine;

/// <summary>What lies between processes: it delays, and while a fault lasts it loses and doubles messages.</summary>
internal sealed class Network
{
    private readonly EventLoop loop;
    private readonly Process wire;
    private readonly Random random;
    private readonly DateTimeOffset begun;

    public Network(EventLoop loop, int seed)
    {
        (this.loop, begun) = (loop, loop.Now);
        wire = new Process(loop, "network");
        random = new Random(seed);
    }

    /// <summary>The time since the start.</summary>
    public TimeSpan Elapsed => loop.Now - begun;

    /// <summary>How often a call or its answer is lost.</summary>
    public double Losses { get; set; }

    /// <summary>How often a call arrives twice.</summary>
    public double Doubles { get; set; }

    /// <summary>The most that a call takes beyond the usual.</summary>
    public TimeSpan MostDelay { get; set; }

    /// <summary>Lets something arrive after a time, whatever becomes of its sender.</summary>
    public void Carry(TimeSpan delay, Action arrive) => loop.After(delay, wire, arrive);

    /// <summary>The time of one way between two silos; messages overtake each other.</summary>
    public TimeSpan Latency() => TimeSpan.FromMicroseconds(random.Next(50, 800)) + MostDelay * (MostDelay > TimeSpan.Zero ? random.NextDouble() : 0);

    /// <summary>The time of one way to the store or back.</summary>
    public TimeSpan StoreLatency() => TimeSpan.FromMicroseconds(random.Next(200, 2_000));

    /// <summary>Whether something happens that happens so often (0 to 1).</summary>
    public bool Chance(double probability) => probability > 0 && random.NextDouble() < probability;

    /// <summary>One of some.</summary>
    public T Choose<T>(IReadOnlyList<T> some) => some[random.Next(some.Count)];
}
