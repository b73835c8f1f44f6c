using System.Globalization;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Durations in Go's notation, as kubelet's messages have them: <c>10s</c>, <c>1m20s</c>, <c>532ms</c>.</summary>
public static class GoDuration
{
    /// <summary>Formats a duration with at most three decimals.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration < TimeSpan.FromSeconds(1))
        {
            return string.Create(CultureInfo.InvariantCulture, $"{Math.Round(duration.TotalMilliseconds):0}ms");
        }

        var seconds = duration.TotalSeconds % 60;
        var minutes = (int)duration.TotalMinutes;
        return minutes switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.###}s"),
            < 60 => string.Create(CultureInfo.InvariantCulture, $"{minutes}m{seconds:0.###}s"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{minutes / 60}h{minutes % 60}m{seconds:0.###}s"),
        };
    }
}
