using System.Globalization;

namespace Grainhouse.Gateway.Computed;

/// <summary>Times as objects have them: RFC 3339 in UTC, whole seconds.</summary>
internal static class ObjectTime
{
    /// <summary>The text of a time.</summary>
    public static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
