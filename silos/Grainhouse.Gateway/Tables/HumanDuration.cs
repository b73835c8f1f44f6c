namespace Grainhouse.Gateway.Tables;

/// <summary>Durations as kubectl's tables have them: one or two units, coarser with age. After apimachinery's duration.HumanDuration.</summary>
internal static class HumanDuration
{
    /// <summary>The text for an age.</summary>
    public static string Format(TimeSpan duration)
    {
        // Clocks of machines may be apart by a little.
        var seconds = (long)duration.TotalSeconds;
        if (seconds < -1)
        {
            return "<invalid>";
        }

        if (seconds < 0)
        {
            return "0s";
        }

        var minutes = seconds / 60;
        var hours = minutes / 60;
        var days = hours / 24;
        return (seconds, minutes, hours) switch
        {
            ( < 120, _, _) => $"{seconds}s",
            (_, < 10, _) => Two(minutes, "m", seconds % 60, "s"),
            (_, < 180, _) => $"{minutes}m",
            (_, _, < 8) => Two(hours, "h", minutes % 60, "m"),
            (_, _, < 48) => $"{hours}h",
            (_, _, < 192) => Two(days, "d", hours % 24, "h"),
            (_, _, < 24 * 365 * 2) => $"{days}d",
            (_, _, < 24 * 365 * 8) => Two(days / 365, "y", days % 365, "d"),
            _ => $"{days / 365}y",
        };
    }

    /// <summary>The age of a time stamp.</summary>
    public static string Since(DateTimeOffset? time, DateTimeOffset now) => time is { } then ? Format(now - then) : "<unknown>";

    private static string Two(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? $"{large}{largeUnit}" : $"{large}{largeUnit}{small}{smallUnit}";
}
