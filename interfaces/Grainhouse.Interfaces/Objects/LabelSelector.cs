using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;

namespace Grainhouse.Interfaces.Objects;

/// <summary>How a requirement of a label selector compares.</summary>
public enum LabelOperator
{
    /// <summary><c>key in (a,b)</c>, also written <c>key=a</c>: the label is there and has one of the values.</summary>
    In = 0,

    /// <summary><c>key notin (a,b)</c>, also written <c>key!=a</c>: the label is absent or has another value.</summary>
    NotIn = 1,

    /// <summary><c>key</c>: the label is there.</summary>
    Exists = 2,

    /// <summary><c>!key</c>: the label is absent.</summary>
    DoesNotExist = 3,

    /// <summary><c>key&gt;1</c>: the label is there and is a greater whole number.</summary>
    GreaterThan = 4,

    /// <summary><c>key&lt;1</c>: the label is there and is a smaller whole number.</summary>
    LessThan = 5,
}

/// <summary>One condition of a label selector.</summary>
/// <param name="Key">The label's name.</param>
/// <param name="Operator">How to compare.</param>
/// <param name="Values">What to compare with; empty for the existence operators.</param>
public sealed record LabelRequirement(string Key, LabelOperator Operator, ImmutableArray<string> Values)
{
    /// <summary>Whether labels meet the condition.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var there = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            LabelOperator.In => there && Values.Contains(value!),
            LabelOperator.NotIn => !there || !Values.Contains(value!),
            LabelOperator.Exists => there,
            LabelOperator.DoesNotExist => !there,
            _ => there && long.TryParse(value, out var number) && long.TryParse(Values[0], out var bound)
                && (Operator == LabelOperator.GreaterThan ? number > bound : number < bound),
        };
    }

    /// <summary>The query form, as in <c>app in (a,b)</c>.</summary>
    public override string ToString() => Operator switch
    {
        LabelOperator.Exists => Key,
        LabelOperator.DoesNotExist => "!" + Key,
        LabelOperator.GreaterThan => $"{Key}>{Values[0]}",
        LabelOperator.LessThan => $"{Key}<{Values[0]}",
        _ when Values.Length == 1 => $"{Key}{(Operator == LabelOperator.In ? "=" : "!=")}{Values[0]}",
        _ => $"{Key} {(Operator == LabelOperator.In ? "in" : "notin")} ({string.Join(",", Values)})",
    };
}

/// <summary>A label selector: all of its requirements must hold. Immutable.</summary>
public sealed class LabelSelector
{
    private LabelSelector(ImmutableArray<LabelRequirement> requirements, bool nothing)
    {
        Requirements = requirements;
        SelectsNothing = nothing;
    }

    /// <summary>Selects every object: the empty selector.</summary>
    public static LabelSelector Everything { get; } = new([], false);

    /// <summary>Selects no object: the absent selector of a spec.</summary>
    public static LabelSelector Nothing { get; } = new([], true);

    /// <summary>The conditions, in query order, or by key if read from a document.</summary>
    public ImmutableArray<LabelRequirement> Requirements { get; }

    /// <summary>Whether this is <see cref="Nothing"/>.</summary>
    public bool SelectsNothing { get; }

    /// <summary>Whether this selects every object.</summary>
    public bool SelectsEverything => Requirements.Length == 0 && !SelectsNothing;

    /// <summary>Parses the <c>labelSelector</c> query parameter, as in <c>a=b,c!=d,e in (x,y),f notin (z),g,!h</c>.</summary>
    /// <returns>False with upstream's words in <paramref name="error"/> if the text is no selector (answer 400).</returns>
    public static bool TryParse(string? text, out LabelSelector selector, out string error)
    {
        selector = Everything;
        error = "";
        if (string.IsNullOrWhiteSpace(text))
        {
            return true;
        }

        var parser = new LabelSelectorParser(text);
        if (parser.Parse() is not { } requirements)
        {
            error = $"unable to parse requirement: {parser.Error}";
            return false;
        }

        selector = new LabelSelector(requirements, false);
        return true;
    }

    /// <summary>Makes a selector from a set of labels, as Services and ReplicationControllers have; an empty set selects everything.</summary>
    public static LabelSelector FromLabels(IEnumerable<KeyValuePair<string, string>> labels) =>
        new([.. labels.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => new LabelRequirement(label.Key, LabelOperator.In, [label.Value]))], false);

    /// <summary>Makes a selector from a meta/v1 LabelSelector (<c>matchLabels</c>, <c>matchExpressions</c>); null selects nothing.</summary>
    /// <remarks>The document has been validated: a part that is malformed selects nothing.</remarks>
    public static LabelSelector FromJson(JsonObject? selector)
    {
        if (selector is null)
        {
            return Nothing;
        }

        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        if (selector["matchLabels"] is JsonObject labels)
        {
            foreach (var (key, value) in labels)
            {
                requirements.Add(new LabelRequirement(key, LabelOperator.In, [Text(value)]));
            }
        }

        if (selector["matchExpressions"] is JsonArray expressions)
        {
            foreach (var item in expressions)
            {
                if (item is not JsonObject expression || ParseOperator(Text(expression["operator"])) is not { } @operator)
                {
                    return Nothing;
                }

                var values = expression["values"] is JsonArray list ? list.Select(Text).ToImmutableArray() : [];
                requirements.Add(new LabelRequirement(Text(expression["key"]), @operator, values));
            }
        }

        requirements.Sort((one, other) => string.CompareOrdinal(one.Key, other.Key));
        return new LabelSelector(requirements.ToImmutable(), false);
    }

    /// <summary>Whether an object with these labels is selected.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        if (SelectsNothing)
        {
            return false;
        }

        foreach (var requirement in Requirements)
        {
            if (!requirement.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The query form; empty for <see cref="Everything"/>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var requirement in Requirements)
        {
            if (text.Length > 0)
            {
                text.Append(',');
            }

            text.Append(requirement);
        }

        return text.ToString();
    }

    private static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : "";

    private static LabelOperator? ParseOperator(string name) => name switch
    {
        "In" => LabelOperator.In,
        "NotIn" => LabelOperator.NotIn,
        "Exists" => LabelOperator.Exists,
        "DoesNotExist" => LabelOperator.DoesNotExist,
        _ => null,
    };
}
