using System.Text.Json;

namespace Grainhouse.Gateway.Tables;

/// <summary>Reads fields of a document that may be absent or of another type, which then read as empty.</summary>
internal static class Fields
{
    /// <summary>A property; an undefined element if there is none.</summary>
    public static JsonElement At(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>A property of a property.</summary>
    public static JsonElement At(this JsonElement element, string first, string second) => element.At(first).At(second);

    /// <summary>The text; empty if it is none.</summary>
    public static string Text(this JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString()! : "";

    /// <summary>The text, or other words if it is empty.</summary>
    public static string TextOr(this JsonElement element, string otherwise) => element.Text() is { Length: > 0 } text ? text : otherwise;

    /// <summary>The whole number; 0 if it is none.</summary>
    public static long Number(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out var value) ? value : 0;

    /// <summary>Whether it is true.</summary>
    public static bool IsTrue(this JsonElement element) => element.ValueKind == JsonValueKind.True;

    /// <summary>Whether it is there, and not null.</summary>
    public static bool Exists(this JsonElement element) => element.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>The time stamp; null if it is none.</summary>
    public static DateTimeOffset? Time(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String && element.TryGetDateTimeOffset(out var value) ? value : null;

    /// <summary>The items; none if it is no array.</summary>
    public static JsonElement.ArrayEnumerator Items(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : default;

    /// <summary>The number of items of an array, or of properties of an object.</summary>
    public static int Count(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.GetArrayLength(),
        JsonValueKind.Object => element.GetPropertyCount(),
        _ => 0,
    };

    /// <summary>The object's age.</summary>
    public static string Age(this JsonElement element, DateTimeOffset now) =>
        HumanDuration.Since(element.At("metadata", "creationTimestamp").Time(), now);

    /// <summary>The object's name.</summary>
    public static string Name(this JsonElement element) => element.At("metadata", "name").Text();

    /// <summary>Labels as <c>a=b,c=d</c>, sorted.</summary>
    public static string Labels(this JsonElement element) =>
        element.Count() == 0 || element.ValueKind != JsonValueKind.Object
            ? "<none>"
            : string.Join(',', element.EnumerateObject().OrderBy(label => label.Name, StringComparer.Ordinal).Select(label => $"{label.Name}={label.Value.Text()}"));
}
