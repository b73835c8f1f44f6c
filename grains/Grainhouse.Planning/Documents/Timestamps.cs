using System.Globalization;

namespace Grainhouse.Planning.Documents;

/// <summary>Times as the Kubernetes API writes them: UTC, whole seconds.</summary>
public static class Timestamps
{
    /// <summary>As in <c>2026-01-31T08:00:00Z</c>.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Reads a time; null if it is none.</summary>
    public static DateTimeOffset? Parse(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : null;

    /// <summary>Cuts a time to what the API can show of it.</summary>
    public static DateTimeOffset ToSecond(DateTimeOffset time) => new(time.Ticks - (time.Ticks % TimeSpan.TicksPerSecond), time.Offset);
}
