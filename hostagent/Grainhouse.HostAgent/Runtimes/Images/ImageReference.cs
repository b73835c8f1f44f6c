namespace Grainhouse.HostAgent.Runtimes.Images;

/// <summary>An image's name in parts: <c>registry/repository:tag</c> or <c>registry/repository@digest</c>.</summary>
/// <param name="Repository">With the registry, without tag and digest.</param>
/// <param name="Tag">The tag; <c>latest</c> where the name has neither tag nor digest; empty beside a digest.</param>
/// <param name="Digest">As <c>sha256:...</c>; empty if there is none.</param>
internal sealed record ImageReference(string Repository, string Tag, string Digest)
{
    /// <summary>Reads a name by the rules of the distribution specification; null if it breaks them.</summary>
    public static ImageReference? Parse(string name)
    {
        var rest = name.AsSpan();
        var digest = "";
        if (rest.IndexOf('@') is var at and >= 0)
        {
            digest = rest[(at + 1)..].ToString();
            rest = rest[..at];
            if (!IsDigest(digest))
            {
                return null;
            }
        }

        var tag = digest.Length == 0 ? "latest" : "";
        if (rest.LastIndexOf(':') is var colon && colon > rest.LastIndexOf('/'))
        {
            var written = rest[(colon + 1)..];
            if (!IsTag(written))
            {
                return null;
            }

            // The digest says more than the tag beside it.
            tag = digest.Length == 0 ? written.ToString() : "";
            rest = rest[..colon];
        }

        return IsRepository(rest) ? new ImageReference(rest.ToString(), tag, digest) : null;
    }

    private static bool IsRepository(ReadOnlySpan<char> repository)
    {
        if (repository.Length is 0 or > 255)
        {
            return false;
        }

        var first = true;
        foreach (var range in repository.Split('/'))
        {
            var part = repository[range];
            if (first && repository.Contains('/') && IsRegistry(part))
            {
                first = false;
                continue;
            }

            first = false;
            if (!IsPathPart(part))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>A first part is a registry if it has a dot, a port, upper case, or is localhost.</summary>
    private static bool IsRegistry(ReadOnlySpan<char> part)
    {
        var marked = part is "localhost";
        foreach (var c in part)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or ':' or '-' or '[' or ']'))
            {
                return false;
            }

            marked |= c is '.' or ':' || char.IsAsciiLetterUpper(c);
        }

        return marked && part[0] is not ('.' or ':' or '-');
    }

    private static bool IsPathPart(ReadOnlySpan<char> part)
    {
        if (part.IsEmpty || !IsLowerOrDigit(part[0]) || !IsLowerOrDigit(part[^1]))
        {
            return false;
        }

        foreach (var c in part)
        {
            if (!IsLowerOrDigit(c) && c is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return !part.Contains("..", StringComparison.Ordinal);
    }

    private static bool IsLowerOrDigit(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);

    private static bool IsTag(ReadOnlySpan<char> tag)
    {
        if (tag.Length is 0 or > 128 || tag[0] is '.' or '-')
        {
            return false;
        }

        foreach (var c in tag)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsDigest(ReadOnlySpan<char> digest)
    {
        var colon = digest.IndexOf(':');
        if (colon <= 0 || digest.Length - colon - 1 < 32)
        {
            return false;
        }

        foreach (var c in digest[(colon + 1)..])
        {
            if (!char.IsAsciiHexDigitLower(c))
            {
                return false;
            }
        }

        return true;
    }
}
