using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>Names of several sorts, with upstream's words. After apimachinery's util/validation.</summary>
internal static partial class NameRules
{
    private const string LabelWords =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character "
        + "(e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string ServiceWords =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric "
        + "character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string ConfigKeyWords =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for "
        + "validation is '[-._a-zA-Z0-9]+')";

    /// <summary>DNS-1123 subdomain, at most 253.</summary>
    public static void Subdomain(FieldPath path, string name, FieldErrors errors)
    {
        if (LabelSyntax.WhyNotSubdomain(name) is { } why)
        {
            errors.Invalid(path, name, why);
        }
    }

    /// <summary>DNS-1123 label, at most 63.</summary>
    public static void Label(FieldPath path, string name, FieldErrors errors)
    {
        if (name.Length > 63)
        {
            errors.Invalid(path, name, "must be no more than 63 bytes");
        }

        if (!LabelSyntax.IsLabel(name))
        {
            errors.Invalid(path, name, LabelWords);
        }
    }

    /// <summary>DNS-1035 label, at most 63: a service's name.</summary>
    public static void Service(FieldPath path, string name, FieldErrors errors)
    {
        if (name.Length > 63)
        {
            errors.Invalid(path, name, "must be no more than 63 bytes");
        }

        if (!LabelSyntax.IsLabel(name) || !char.IsAsciiLetterLower(name[0]))
        {
            errors.Invalid(path, name, ServiceWords);
        }
    }

    /// <summary>An IANA service name: a port's name.</summary>
    public static void Port(FieldPath path, string name, FieldErrors errors)
    {
        if (name.Length > 15)
        {
            errors.Invalid(path, name, "must be no more than 15 characters");
        }

        if (name.AsSpan().IndexOfAnyExcept(PortCharacters) >= 0)
        {
            errors.Invalid(path, name, "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        }

        if (name.AsSpan().IndexOfAnyInRange('a', 'z') < 0)
        {
            errors.Invalid(path, name, "must contain at least one letter (a-z)");
        }

        if (name.Contains("--", StringComparison.Ordinal))
        {
            errors.Invalid(path, name, "must not contain consecutive hyphens");
        }

        if (name.StartsWith('-') || name.EndsWith('-'))
        {
            errors.Invalid(path, name, "must not begin or end with a hyphen");
        }
    }

    /// <summary>A key of a config map or secret.</summary>
    public static void ConfigKey(FieldPath path, string key, FieldErrors errors)
    {
        if (key.Length > 253)
        {
            errors.Invalid(path, key, "must be no more than 253 bytes");
        }

        if (key.Length == 0 || key.AsSpan().IndexOfAnyExcept(ConfigKeyCharacters) >= 0)
        {
            errors.Invalid(path, key, ConfigKeyWords);
        }

        switch (key)
        {
            case ".":
                errors.Invalid(path, key, "must not be '.'");
                break;
            case "..":
                errors.Invalid(path, key, "must not be '..'");
                break;
            case ['.', '.', ..]:
                errors.Invalid(path, key, "must not start with '..'");
                break;
        }
    }

    /// <summary>The name of an environment variable: printable ASCII without an equals sign (as since 1.32).</summary>
    public static void Env(FieldPath path, string name, FieldErrors errors)
    {
        foreach (var c in name)
        {
            if (c is < ' ' or > '~' or '=')
            {
                errors.Invalid(path, name, "a valid environment variable name must consist only of printable ASCII characters other than '='");
                return;
            }
        }
    }

    private static readonly System.Buffers.SearchValues<char> PortCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789-");

    private static readonly System.Buffers.SearchValues<char> ConfigKeyCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._");
}
