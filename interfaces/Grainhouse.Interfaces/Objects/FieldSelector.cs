using System.Collections.Immutable;
using System.Text;

namespace Grainhouse.Interfaces.Objects;

/// <summary>One condition of a field selector.</summary>
/// <param name="Field">The path, as in <c>spec.nodeName</c>.</param>
/// <param name="Value">What the field is compared with; an absent field is the empty text.</param>
/// <param name="Equal">False for <c>!=</c>.</param>
public sealed record FieldRequirement(string Field, string Value, bool Equal);

/// <summary>A field selector (the <c>fieldSelector</c> query parameter) of one kind: all of its requirements must hold. Immutable.</summary>
public sealed class FieldSelector
{
    private readonly ImmutableArray<FieldReader> readers;

    private FieldSelector(ImmutableArray<FieldRequirement> requirements, ImmutableArray<FieldReader> readers)
    {
        Requirements = requirements;
        this.readers = readers;
    }

    /// <summary>Selects every object.</summary>
    public static FieldSelector Everything { get; } = new([], []);

    /// <summary>The conditions, in query order.</summary>
    public ImmutableArray<FieldRequirement> Requirements { get; }

    /// <summary>The one name that is asked for with <c>metadata.name=</c>; null if none is.</summary>
    public string? Name => Requirements.FirstOrDefault(item => item.Equal && item.Field == "metadata.name")?.Value;

    /// <summary>Parses <c>a=b,c!=d</c>; a backslash takes the meaning from the comma, equals sign or backslash after it.</summary>
    /// <returns>False with upstream's words in <paramref name="error"/> (answer 400), also for a field that the kind cannot select by.</returns>
    public static bool TryParse(ResourceDescriptor resource, string? text, out FieldSelector selector, out string error)
    {
        selector = Everything;
        error = "";
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        var requirements = ImmutableArray.CreateBuilder<FieldRequirement>();
        var readers = ImmutableArray.CreateBuilder<FieldReader>();
        foreach (var term in SplitTerms(text))
        {
            if (term.Length == 0)
            {
                continue;
            }

            if (ParseTerm(term) is not { } requirement)
            {
                error = $"invalid selector: '{text}'; can't understand '{term}'";
                return false;
            }

            if (FieldReader.Find(resource, requirement.Field) is not { } reader)
            {
                error = $"field label not supported: {requirement.Field}";
                return false;
            }

            requirements.Add(requirement);
            readers.Add(reader);
        }

        selector = new FieldSelector(requirements.ToImmutable(), readers.ToImmutable());
        return true;
    }

    /// <summary>Whether an object is selected. Reads only as much of its document as it must.</summary>
    public bool Matches(KubeObject value)
    {
        for (var i = 0; i < readers.Length; i++)
        {
            if (readers[i].Equals(value, Requirements[i].Value) != Requirements[i].Equal)
            {
                return false;
            }
        }

        return true;
    }

    private static List<string> SplitTerms(string text)
    {
        var terms = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == ',')
            {
                terms.Add(text[start..i]);
                start = i + 1;
            }
        }

        terms.Add(text[start..]);
        return terms;
    }

    private static FieldRequirement? ParseTerm(string term)
    {
        for (var i = 0; i < term.Length; i++)
        {
            switch (term[i])
            {
                case '\\':
                    i++;
                    break;
                case '!' when i + 1 < term.Length && term[i + 1] == '=':
                    return Make(term[..i], term[(i + 2)..], false);
                case '=':
                    return Make(term[..i], term[(i + (i + 1 < term.Length && term[i + 1] == '=' ? 2 : 1))..], true);
            }
        }

        return null;
    }

    private static FieldRequirement? Make(string field, string escaped, bool equal)
    {
        var value = new StringBuilder(escaped.Length);
        for (var i = 0; i < escaped.Length; i++)
        {
            if (escaped[i] == '\\')
            {
                if (++i >= escaped.Length || escaped[i] is not '\\' and not ',' and not '=')
                {
                    return null;
                }
            }
            else if (escaped[i] is ',' or '=')
            {
                return null;
            }

            value.Append(escaped[i]);
        }

        return new FieldRequirement(field, value.ToString(), equal);
    }
}
