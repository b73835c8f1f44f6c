using System.Collections.Immutable;
using System.Text.Json;

namespace Grainhouse.Gateway.Tables;

/// <summary>A column of a Table.</summary>
/// <param name="Name">The heading.</param>
/// <param name="Type">string, integer or date.</param>
/// <param name="Format">name for the object's name, else empty.</param>
/// <param name="Description">Words for a person.</param>
/// <param name="Priority">0 always shows; 1 only with <c>-o wide</c>.</param>
internal sealed record TableColumn(string Name, string Type, string Format, string Description, int Priority)
{
    /// <summary>The object's name.</summary>
    public static TableColumn ObjectName { get; } = new(
        "Name",
        "string",
        "name",
        "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request "
        + "the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration "
        + "definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names",
        0);

    /// <summary>The object's age.</summary>
    public static TableColumn Age { get; } = new(
        "Age",
        "string",
        "",
        "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in "
        + "happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in "
        + "UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: "
        + "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata",
        0);

    /// <summary>A column of text that always shows.</summary>
    public static TableColumn Text(string name, string description) => new(name, "string", "", description, 0);

    /// <summary>A column of text that shows with <c>-o wide</c>.</summary>
    public static TableColumn Wide(string name, string description) => new(name, "string", "", description, 1);

    /// <summary>A column of numbers that always shows.</summary>
    public static TableColumn Number(string name, string description) => new(name, "integer", "", description, 0);
}

/// <summary>How one kind looks in a Table, as upstream's printers have it.</summary>
/// <param name="Columns">The columns.</param>
/// <param name="WriteCells">Writes one value for each column.</param>
internal sealed record TablePrinter(ImmutableArray<TableColumn> Columns, Action<Utf8JsonWriter, JsonElement, DateTimeOffset> WriteCells)
{
    /// <summary>A table of these columns.</summary>
    public static TablePrinter Of(params TableCell[] cells) => new(
        [.. cells.Select(cell => cell.Column)],
        (json, item, now) =>
        {
            foreach (var cell in cells)
            {
                cell.Write(json, item, now);
            }
        });
}
