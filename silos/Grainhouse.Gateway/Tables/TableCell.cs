using System.Text.Json;

namespace Grainhouse.Gateway.Tables;

/// <summary>A column with what stands in it.</summary>
/// <param name="Column">The column.</param>
/// <param name="Write">Writes one value, of an object at a time.</param>
internal sealed record TableCell(TableColumn Column, Action<Utf8JsonWriter, JsonElement, DateTimeOffset> Write)
{
    /// <summary>The object's name.</summary>
    public static TableCell Name { get; } = new(TableColumn.ObjectName, (json, item, _) => json.WriteStringValue(item.Name()));

    /// <summary>The object's age.</summary>
    public static TableCell Age { get; } = new(TableColumn.Age, (json, item, now) => json.WriteStringValue(item.Age(now)));

    /// <summary>When the object was created: what kinds without columns of their own show.</summary>
    public static TableCell CreatedAt { get; } = new(
        new("Created At", "date", "", TableColumn.Age.Description, 0),
        (json, item, _) => json.WriteStringValue(item.At("metadata", "creationTimestamp").Text()));

    /// <summary>A text that always shows.</summary>
    public static TableCell Text(string name, string description, Func<JsonElement, string> value) =>
        new(TableColumn.Text(name, description), (json, item, _) => json.WriteStringValue(value(item)));

    /// <summary>A text that shows with <c>-o wide</c>.</summary>
    public static TableCell Wide(string name, string description, Func<JsonElement, string> value) =>
        new(TableColumn.Wide(name, description), (json, item, _) => json.WriteStringValue(value(item)));

    /// <summary>A text that changes as time goes by.</summary>
    public static TableCell Timed(string name, string description, Func<JsonElement, DateTimeOffset, string> value) =>
        new(TableColumn.Text(name, description), (json, item, now) => json.WriteStringValue(value(item, now)));

    /// <summary>A number that always shows.</summary>
    public static TableCell Number(string name, string description, Func<JsonElement, long> value) =>
        new(TableColumn.Number(name, description), (json, item, _) => json.WriteNumberValue(value(item)));

    /// <summary>A number in a column that upstream declares as text.</summary>
    public static TableCell NumberAsText(string name, string description, Func<JsonElement, long> value) =>
        new(TableColumn.Text(name, description), (json, item, _) => json.WriteNumberValue(value(item)));

    /// <summary>True or false.</summary>
    public static TableCell Flag(string name, string description, Func<JsonElement, bool> value) =>
        new(new(name, "boolean", "", description, 0), (json, item, _) => json.WriteBooleanValue(value(item)));

    /// <summary>True or false in a column that upstream declares as text.</summary>
    public static TableCell FlagAsText(string name, string description, Func<JsonElement, bool> value) =>
        new(TableColumn.Text(name, description), (json, item, _) => json.WriteBooleanValue(value(item)));

    /// <summary>True, False or &lt;unset&gt;, in a column that upstream declares as a boolean.</summary>
    public static TableCell FlagOrUnset(string name, string description, Func<JsonElement, JsonElement> value) =>
        new(new(name, "boolean", "", description, 0), (json, item, _) => json.WriteStringValue(value(item).ValueKind switch
        {
            JsonValueKind.True => "True",
            JsonValueKind.False => "False",
            _ => "<unset>",
        }));
}
