namespace Grainhouse.Benchmarks;

/// <summary>The order statistics that benchmarks quote.</summary>
internal static class Figures
{
    public static TimeSpan Percentile(IReadOnlyList<TimeSpan> samples, double percent)
    {
        var sorted = samples.Order().ToArray();
        return sorted[Math.Clamp((int)Math.Ceiling(percent / 100 * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    public static TimeSpan Median(IReadOnlyList<TimeSpan> samples) => Percentile(samples, 50);

    public static string Milliseconds(TimeSpan time) => $"{time.TotalMilliseconds:0.0} ms";

    /// <summary>Median, least and most, in seconds.</summary>
    public static string Spread(IReadOnlyList<TimeSpan> samples) =>
        $"{Median(samples).TotalSeconds:0.00} s ({samples.Min().TotalSeconds:0.00} to {samples.Max().TotalSeconds:0.00}, {samples.Count} runs)";
}
