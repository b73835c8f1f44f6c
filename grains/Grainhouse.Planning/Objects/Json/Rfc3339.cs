namespace Grainhouse.Planning.Objects.Json;

/// <summary>Times as meta/v1 Time writes them: UTC, whole seconds.</summary>
internal static class Rfc3339
{
    public static string Seconds(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'");
}
