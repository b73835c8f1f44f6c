using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Grainhouse.Planning.Documents;

/// <summary>A requirement of <c>matchExpressions</c>.</summary>
/// <param name="Key">The label.</param>
/// <param name="Operator"><c>In</c>, <c>NotIn</c>, <c>Exists</c> or <c>DoesNotExist</c>.</param>
/// <param name="Values">The values of In and NotIn.</param>
public sealed record LabelRequirement(string Key, string Operator, ImmutableArray<string> Values)
{
    /// <summary>Whether labels meet it. An unknown operator is met by nothing.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        var has = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            "In" => has && Values.Contains(value!),
            "NotIn" => !has || !Values.Contains(value!),
            "Exists" => has,
            "DoesNotExist" => !has,
            _ => false,
        };
    }
}

/// <summary>A meta/v1 LabelSelector, or the plain map of a Service.</summary>
/// <param name="Equal"><c>matchLabels</c>.</param>
/// <param name="Requirements"><c>matchExpressions</c>.</param>
public sealed record LabelSelector(ImmutableArray<KeyValuePair<string, string>> Equal, ImmutableArray<LabelRequirement> Requirements)
{
    /// <summary>Matches nothing: what an absent selector means for controllers.</summary>
    public static LabelSelector None { get; } = new([], [new LabelRequirement("", "Never", [])]);

    /// <summary>Whether it has no terms, so that it matches everything.</summary>
    public bool IsEmpty => Equal.IsEmpty && Requirements.IsEmpty;

    /// <summary>Reads <c>matchLabels</c> and <c>matchExpressions</c>; null is <see cref="None"/>.</summary>
    public static LabelSelector Read(JsonObject? node)
    {
        if (node is null)
        {
            return None;
        }

        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        foreach (var item in node.Array("matchExpressions") ?? [])
        {
            if (item is JsonObject term)
            {
                var values = (term.Array("values") ?? []).OfType<JsonValue>().Select(value => value.ToString()).ToImmutableArray();
                requirements.Add(new LabelRequirement(term.Text("key") ?? "", term.Text("operator") ?? "", values));
            }
        }

        return new LabelSelector([.. node.Map("matchLabels")], requirements.ToImmutable());
    }

    /// <summary>Reads a Service's selector; an absent or empty one matches nothing.</summary>
    public static LabelSelector ReadMap(JsonObject? node)
    {
        var map = node is null ? [] : new JsonObject { ["selector"] = node.DeepClone() }.Map("selector");
        return map.Count == 0 ? None : new LabelSelector([.. map], []);
    }

    /// <summary>Whether labels meet every term.</summary>
    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var (key, value) in Equal)
        {
            if (!labels.TryGetValue(key, out var found) || !string.Equals(found, value, StringComparison.Ordinal))
            {
                return false;
            }
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
}
