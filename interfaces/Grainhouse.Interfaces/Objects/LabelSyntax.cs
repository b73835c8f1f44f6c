namespace Grainhouse.Interfaces.Objects;

/// <summary>What label keys and values may look like, with upstream's words for what is wrong (null: nothing).</summary>
/// <remarks>After apimachinery's util/validation; written out, because a regular expression is too slow for every object.</remarks>
public static class LabelSyntax
{
    private const string QualifiedNameWords =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
        + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string ValueWords =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        + "alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string SubdomainWords =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an "
        + "alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    /// <summary>A label key or another qualified name: <c>[prefix/]name</c>.</summary>
    public static string? WhyNotKey(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var name = key.AsSpan(slash + 1);
        if (slash >= 0)
        {
            if (name.Contains('/'))
            {
                return "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character "
                    + "(e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') "
                    + "with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
            }

            if (slash == 0)
            {
                return "prefix part must be non-empty";
            }

            if (WhyNotSubdomain(key.AsSpan(0, slash)) is { } why)
            {
                return "prefix part " + why;
            }
        }

        if (name.Length == 0)
        {
            return "name part must be non-empty";
        }

        if (name.Length > 63)
        {
            return "name part must be no more than 63 bytes";
        }

        return IsName(name) ? null : QualifiedNameWords;
    }

    /// <summary>A label value: empty, or a name of at most 63 characters.</summary>
    public static string? WhyNotValue(string value)
    {
        if (value.Length > 63)
        {
            return "must be no more than 63 bytes";
        }

        return value.Length == 0 || IsName(value) ? null : ValueWords;
    }

    /// <summary>A DNS-1123 subdomain of at most 253 characters: most object names.</summary>
    public static string? WhyNotSubdomain(ReadOnlySpan<char> text)
    {
        if (text.Length > 253)
        {
            return "must be no more than 253 bytes";
        }

        foreach (var range in text.Split('.'))
        {
            if (!IsLabel(text[range]))
            {
                return SubdomainWords;
            }
        }

        return text.Length == 0 ? SubdomainWords : null;
    }

    /// <summary>Whether text is a DNS-1123 label, of any length: lower case alphanumerics with dashes inside.</summary>
    public static bool IsLabel(ReadOnlySpan<char> text)
    {
        if (text.Length == 0 || text[0] == '-' || text[^1] == '-')
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsName(ReadOnlySpan<char> text)
    {
        if (!char.IsAsciiLetterOrDigit(text[0]) || !char.IsAsciiLetterOrDigit(text[^1]))
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not '-' and not '_' and not '.')
            {
                return false;
            }
        }

        return true;
    }
}
