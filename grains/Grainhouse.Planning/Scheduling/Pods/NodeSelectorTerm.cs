using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace Grainhouse.Planning.Scheduling;

/// <summary>One expression over a node's labels or fields.</summary>
internal sealed record NodeSelectorRequirement(string Key, string Operator, ImmutableArray<string> Values)
{
    public static NodeSelectorRequirement Read(JsonElement expression) => new(
        Json.Text(expression, "key"), Json.Text(expression, "operator"), [.. Json.Texts(expression, "values")]);

    /// <summary>Whether a node whose label has this value (null: it has no such label) is meant.</summary>
    public bool Matches(string? value) => Operator switch
    {
        "In" => value is not null && Values.Contains(value, StringComparer.Ordinal),
        "NotIn" => value is null || !Values.Contains(value, StringComparer.Ordinal),
        "Exists" => value is not null,
        "DoesNotExist" => value is null,
        "Gt" => Compare(value) > 0,
        "Lt" => Compare(value) < 0,
        _ => false,
    };

    // Not a number on either side, or not exactly one bound: no match, which zero says for both Gt and Lt.
    private int Compare(string? value) =>
        Values.Length == 1
        && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var actual)
        && long.TryParse(Values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var bound)
            ? actual.CompareTo(bound)
            : 0;
}

/// <summary>Expressions that must all hold. A term without any matches no node.</summary>
internal sealed record NodeSelectorTerm(
    ImmutableArray<NodeSelectorRequirement> Expressions, ImmutableArray<NodeSelectorRequirement> Fields)
{
    public static NodeSelectorTerm Read(JsonElement term)
    {
        var expressions = ImmutableArray.CreateBuilder<NodeSelectorRequirement>();
        foreach (var expression in Json.Items(term, "matchExpressions"))
        {
            expressions.Add(NodeSelectorRequirement.Read(expression));
        }

        var fields = ImmutableArray.CreateBuilder<NodeSelectorRequirement>();
        foreach (var field in Json.Items(term, "matchFields"))
        {
            fields.Add(NodeSelectorRequirement.Read(field));
        }

        return new NodeSelectorTerm(expressions.ToImmutable(), fields.ToImmutable());
    }

    public bool Matches(NodeFacts node)
    {
        foreach (var expression in Expressions)
        {
            if (!expression.Matches(node.Labels.GetValueOrDefault(expression.Key)))
            {
                return false;
            }
        }

        foreach (var field in Fields)
        {
            if (!field.Matches(field.Key == "metadata.name" ? node.Name : null))
            {
                return false;
            }
        }

        return Expressions.Length + Fields.Length > 0;
    }
}

/// <summary>A term that a pod would rather have, and how much.</summary>
internal sealed record PreferredTerm(int Weight, NodeSelectorTerm Term);
