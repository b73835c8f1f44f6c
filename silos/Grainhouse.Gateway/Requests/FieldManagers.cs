using System.Globalization;
using System.Text;
using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Requests;

/// <summary>Who writes: the <c>fieldManager</c> parameter, or else the first part of the User-Agent, as upstream's <c>managerOrUserAgent</c>.</summary>
internal static class FieldManagers
{
    /// <summary>Upstream's FieldManagerMaxLength.</summary>
    private const int MostBytes = 128;

    private const string Nobody = "unknown";

    /// <summary>The manager's name; never empty.</summary>
    /// <exception cref="RequestRefusedException">422: the parameter is too long or cannot be printed.</exception>
    public static string Read(HttpRequest request, string kind)
    {
        string? given = request.Query["fieldManager"];
        if (string.IsNullOrEmpty(given))
        {
            return FromAgent(request.Headers.UserAgent);
        }

        if (Encoding.UTF8.GetByteCount(given) > MostBytes)
        {
            throw Refusals.InvalidOption(kind, "fieldManager", CauseReasons.TooLong, $"Too long: may not be more than {MostBytes} bytes");
        }

        var at = 0;
        foreach (var rune in given.EnumerateRunes())
        {
            if (!IsPrintable(rune))
            {
                throw Refusals.InvalidOption(
                    kind, "fieldManager", CauseReasons.Invalid, $"Invalid value: \"{given}\": invalid character U+{rune.Value:X4} (at position {at})");
            }

            at += rune.Utf8SequenceLength;
        }

        return given;
    }

    private static string FromAgent(string? agent)
    {
        if (string.IsNullOrEmpty(agent))
        {
            return Nobody;
        }

        var slash = agent.IndexOf('/', StringComparison.Ordinal);
        var name = slash < 0 ? agent : agent[..slash];
        if (name.Length <= MostBytes && Ascii.IsValid(name) && name.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0)
        {
            return name.Length == 0 ? Nobody : name;
        }

        var kept = new StringBuilder();
        var bytes = 0;
        foreach (var rune in name.EnumerateRunes().Where(IsPrintable))
        {
            bytes += rune.Utf8SequenceLength;
            if (bytes > MostBytes)
            {
                break;
            }

            kept.Append(rune.ToString());
        }

        return kept.Length == 0 ? Nobody : kept.ToString();
    }

    // As Go's unicode.IsPrint: letters, marks, numbers, punctuation, symbols and the plain space.
    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
}
