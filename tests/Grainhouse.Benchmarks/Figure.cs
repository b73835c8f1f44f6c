namespace Grainhouse.Benchmarks;

/// <summary>One measured number.</summary>
/// <param name="Value">The number.</param>
/// <param name="Text">How such a number is written, with its unit.</param>
/// <param name="MoreIsBetter">Whether of two such numbers the greater is the better one.</param>
internal sealed record Figure(double Value, Func<double, string> Text, bool MoreIsBetter = false)
{
    /// <summary>How many of something were done in a second.</summary>
    public static Figure Rate(double perSecond) => new(perSecond, static value => $"{value:n0}/s", MoreIsBetter: true);

    /// <summary>The median of some times.</summary>
    public static Figure Median(IReadOnlyList<TimeSpan> samples) => Time("p50", Figures.Median(samples));

    /// <summary>The time that 99 of 100 kept within.</summary>
    public static Figure Slowest(IReadOnlyList<TimeSpan> samples) => Time("p99", Figures.Percentile(samples, 99));

    /// <summary>Resident memory.</summary>
    public static Figure Memory(long bytes) => new(bytes, static value => $"{value / (1 << 20):n0} MiB");

    /// <summary>Resident memory of each of many equal things.</summary>
    public static Figure MemoryEach(long bytes, int count) => new((double)bytes / count, static value => $"{value / 1024:0.0} KiB each");

    /// <summary>Processor time used in a time.</summary>
    public static Figure Cores(TimeSpan used, TimeSpan time) => new(used / time, static value => $"{value:0.0 %} of a core");

    private static Figure Time(string name, TimeSpan time) => new(time.TotalMilliseconds, value => $"{name} {value:0.0} ms");
}
