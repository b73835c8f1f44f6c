using System.Collections.Immutable;

namespace Grainhouse.Interfaces.Objects;

/// <summary>Reads the query form of a label selector. After apimachinery's labels/selector.go, with its words for errors.</summary>
internal ref struct LabelSelectorParser(string text)
{
    private int position;

    /// <summary>Why <see cref="Parse"/> gave null.</summary>
    public string Error { get; private set; } = "";

    /// <summary>All requirements; null with <see cref="Error"/>.</summary>
    public ImmutableArray<LabelRequirement>? Parse()
    {
        var requirements = ImmutableArray.CreateBuilder<LabelRequirement>();
        while (true)
        {
            if (ParseRequirement() is not { } requirement)
            {
                return null;
            }

            requirements.Add(requirement);
            var token = Next();
            if (token.Length == 0)
            {
                requirements.Sort((one, other) => string.CompareOrdinal(one.Key, other.Key));
                return requirements.ToImmutable();
            }

            if (token != ",")
            {
                Error = $"found '{token}', expected: ',' or 'end of string'";
                return null;
            }

            if (Peek() is "" or ",")
            {
                Error = $"found '{Peek()}', expected: identifier after ','";
                return null;
            }
        }
    }

    private LabelRequirement? ParseRequirement()
    {
        var token = Next();
        var absent = token == "!";
        if (absent)
        {
            token = Next();
        }

        if (!IsIdentifier(token))
        {
            Error = $"found '{token}', expected: !, identifier, or 'end of string'";
            return null;
        }

        if (LabelSyntax.WhyNotKey(token) is { } why)
        {
            Error = $"key: Invalid value: \"{token}\": {why}";
            return null;
        }

        if (absent)
        {
            return new LabelRequirement(token, LabelOperator.DoesNotExist, []);
        }

        if (Peek() is "" or ",")
        {
            return new LabelRequirement(token, LabelOperator.Exists, []);
        }

        return ParseComparison(token);
    }

    private LabelRequirement? ParseComparison(string key)
    {
        var token = Next();
        switch (token)
        {
            case "=" or "==":
                return ParseExact(key, LabelOperator.In);
            case "!=":
                return ParseExact(key, LabelOperator.NotIn);
            case "in":
                return ParseSet(key, LabelOperator.In);
            case "notin":
                return ParseSet(key, LabelOperator.NotIn);
            case ">" or "<":
                var bound = Next();
                if (!long.TryParse(bound, out _))
                {
                    Error = $"values[0][{key}]: Invalid value: \"{bound}\": for 'Gt', 'Lt' operators, the value must be an integer";
                    return null;
                }

                return new LabelRequirement(key, token == ">" ? LabelOperator.GreaterThan : LabelOperator.LessThan, [bound]);
            default:
                Error = $"found '{token}', expected: in, notin, =, ==, !=, gt, lt";
                return null;
        }
    }

    private LabelRequirement? ParseExact(string key, LabelOperator @operator)
    {
        if (Peek() is "" or ",")
        {
            return new LabelRequirement(key, @operator, [""]);
        }

        var value = Next();
        if (!IsIdentifier(value))
        {
            Error = $"found '{value}', expected: identifier";
            return null;
        }

        return Checked(key, @operator, [value]);
    }

    private LabelRequirement? ParseSet(string key, LabelOperator @operator)
    {
        var open = Next();
        if (open != "(")
        {
            Error = $"found '{open}' expected: '('";
            return null;
        }

        var values = ImmutableArray.CreateBuilder<string>();
        while (true)
        {
            var token = Next();
            if (IsIdentifier(token))
            {
                values.Add(token);
                token = Next();
            }
            else if (token is "," or ")")
            {
                values.Add("");
            }

            if (token == ")")
            {
                return Checked(key, @operator, values.ToImmutable());
            }

            if (token != ",")
            {
                Error = $"found '{token}', expected: ',', ')' or identifier";
                return null;
            }
        }
    }

    private LabelRequirement? Checked(string key, LabelOperator @operator, ImmutableArray<string> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (LabelSyntax.WhyNotValue(values[i]) is { } why)
            {
                Error = $"values[{i}][{key}]: Invalid value: \"{values[i]}\": {why}";
                return null;
            }
        }

        return new LabelRequirement(key, @operator, values.Distinct(StringComparer.Ordinal).ToImmutableArray());
    }

    private static bool IsIdentifier(string token) => token.Length > 0 && !IsSpecial(token[0]);

    private static bool IsSpecial(char c) => c is '=' or '!' or '(' or ')' or ',' or '>' or '<';

    private string Peek()
    {
        var start = position;
        var token = Next();
        position = start;
        return token;
    }

    /// <summary>The next token; empty at the end.</summary>
    private string Next()
    {
        while (position < text.Length && text[position] is ' ' or '\t' or '\r' or '\n')
        {
            position++;
        }

        if (position >= text.Length)
        {
            return "";
        }

        var start = position;
        if (IsSpecial(text[position]))
        {
            position++;
            if (position < text.Length && text[position] == '=' && text[start] is '=' or '!')
            {
                position++;
            }
        }
        else
        {
            while (position < text.Length && !IsSpecial(text[position]) && !char.IsWhiteSpace(text[position]))
            {
                position++;
            }
        }

        return text[start..position];
    }
}
