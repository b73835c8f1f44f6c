namespace Grainhouse.Planning.Objects.Validation;

/// <content>Names that stand in paths, and blocks of addresses.</content>
internal static partial class NameRules
{
    /// <summary>A domain, a slash and a path: who serves a class.</summary>
    public static void DomainPrefixedPath(FieldPath path, string name, FieldErrors errors)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (name.Length == 0)
        {
            errors.Required(path);
        }
        else if (slash <= 0 || slash == name.Length - 1)
        {
            errors.Invalid(path, name, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        }
        else
        {
            Subdomain(path, name.Substring(0, slash), errors);
        }
    }

    /// <summary>A name that is one segment of a path: of roles and bindings.</summary>
    public static void PathSegment(FieldPath path, string name, FieldErrors errors)
    {
        if (name is "." or "..")
        {
            errors.Invalid(path, name, $"may not be '{name}'");
        }

        foreach (var letter in (ReadOnlySpan<char>)['/', '%'])
        {
            if (name.Contains(letter, StringComparison.Ordinal))
            {
                errors.Invalid(path, name, $"may not contain '{letter}'");
            }
        }
    }

    /// <summary>A block of addresses; null, and an error, if it is none.</summary>
    public static System.Net.IPNetwork? Cidr(FieldPath path, string text, FieldErrors errors)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);

        // The bits beyond the prefix may be anything, as in Go.
        if (slash > 0 && System.Net.IPAddress.TryParse(text.AsSpan(0, slash), out var address) && int.TryParse(text.AsSpan(slash + 1), out var length)
            && length >= 0 && length <= address.GetAddressBytes().Length * 8)
        {
            var bytes = address.GetAddressBytes();
            for (var bit = length; bit < bytes.Length * 8; bit++)
            {
                bytes[bit / 8] &= (byte)~(0x80 >> (bit % 8));
            }

            return new System.Net.IPNetwork(new System.Net.IPAddress(bytes), length);
        }

        errors.Invalid(path, text, "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)");
        return null;
    }
}
