using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Grainhouse.Gateway.OpenApi;

/// <summary>How a JSON value becomes fields of a protobuf message.</summary>
internal enum GnosticForm
{
    /// <summary>A string.</summary>
    Text,

    /// <summary>A boolean.</summary>
    Flag,

    /// <summary>Strings: a list of them, or one alone.</summary>
    Texts,

    /// <summary>An object.</summary>
    Message,

    /// <summary>An object whose names are free: a list of pairs of a name and a message.</summary>
    Named,

    /// <summary>A list of parameters, which are of another message by where they are found.</summary>
    Parameters,
}

/// <summary>Where a member of the JSON document goes in gnostic's messages for OpenAPI 2.0.</summary>
/// <param name="Form">How.</param>
/// <param name="Path">
/// The numbers that lead there, the outermost first: some values are wrapped in messages of their own.
/// The first two of <see cref="GnosticForm.Named"/> lead to the pairs, further ones from the value of a pair to the message.
/// </param>
/// <param name="Message">The name in <see cref="All"/> of the message of the value.</param>
internal sealed record GnosticField(GnosticForm Form, ImmutableArray<int> Path, string Message = "")
{
    /// <summary>The name under which a message has the number of its vendor extensions.</summary>
    public const string Extensions = "x-";

    /// <summary>The messages by name. The numbers are those of gnostic's <c>openapiv2/OpenAPIv2.proto</c>, as far as our document goes.</summary>
    public static FrozenDictionary<string, FrozenDictionary<string, GnosticField>> All { get; } = new Dictionary<string, FrozenDictionary<string, GnosticField>>(StringComparer.Ordinal)
    {
        ["Document"] = Fields(("swagger", Text(1)), ("info", Of("Info", 2)), ("paths", Named("PathItem", 8, 2)), ("definitions", Named("Schema", 9, 1))),
        ["Info"] = Fields(("title", Text(1)), ("version", Text(2))),
        ["PathItem"] = Fields(
            ("get", Of("Operation", 2)), ("put", Of("Operation", 3)), ("post", Of("Operation", 4)), ("delete", Of("Operation", 5)),
            ("patch", Of("Operation", 8)), ("parameters", Parameters(9)), (Extensions, Text(10))),
        ["Operation"] = Fields(
            ("description", Text(3)), ("operationId", Text(5)), ("produces", Texts(6)), ("consumes", Texts(7)), ("parameters", Parameters(8)),
            ("responses", Named("Response", 9, 1, 1)), (Extensions, Text(13))),
        ["BodyParameter"] = Fields(
            ("description", Text(1)), ("name", Text(2)), ("in", Text(3)), ("required", Flag(4)), ("schema", Of("Schema", 5)), (Extensions, Text(6))),
        ["PathParameter"] = Fields(
            ("required", Flag(1)), ("in", Text(2)), ("description", Text(3)), ("name", Text(4)), ("type", Text(5)), ("format", Text(6)), ("uniqueItems", Flag(20))),

        // The same as far as the name: allow_empty_value comes fifth here.
        ["QueryParameter"] = Fields(
            ("required", Flag(1)), ("in", Text(2)), ("description", Text(3)), ("name", Text(4)), ("type", Text(6)), ("format", Text(7)), ("uniqueItems", Flag(21))),
        ["Response"] = Fields(("description", Text(1)), ("schema", Of("Schema", 2, 1)), (Extensions, Text(5))),
        ["Schema"] = Fields(
            ("$ref", Text(1)), ("format", Text(2)), ("description", Text(4)), ("required", Texts(19)), ("additionalProperties", Of("Schema", 21, 1)),
            ("type", Texts(22, 1)), ("items", Of("Schema", 23, 1)), ("properties", Named("Schema", 25, 1)), (Extensions, Text(31))),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static GnosticField Text(int number) => new(GnosticForm.Text, [number]);

    private static GnosticField Flag(int number) => new(GnosticForm.Flag, [number]);

    private static GnosticField Texts(params ImmutableArray<int> path) => new(GnosticForm.Texts, path);

    private static GnosticField Parameters(int number) => new(GnosticForm.Parameters, [number]);

    private static GnosticField Of(string message, params ImmutableArray<int> path) => new(GnosticForm.Message, path, message);

    private static GnosticField Named(string message, params ImmutableArray<int> path) => new(GnosticForm.Named, path, message);

    private static FrozenDictionary<string, GnosticField> Fields(params ReadOnlySpan<(string Name, GnosticField Field)> fields)
    {
        var byName = new Dictionary<string, GnosticField>(StringComparer.Ordinal);
        foreach (var (name, field) in fields)
        {
            byName.Add(name, field);
        }

        return byName.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
