using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Grainhouse.Gateway.Requests;

/// <summary>Where a list's next page begins. Opaque to clients.</summary>
/// <param name="Revision">The revision that all pages show; <see cref="Newest"/> when that one is gone.</param>
/// <param name="LastKey">The last key of the page before.</param>
/// <param name="Remaining">How many items follow; negative if that is not known.</param>
internal sealed record ContinueToken(long Revision, string LastKey, long Remaining)
{
    /// <summary>In <see cref="Revision"/>: go on with the newest state, since the list's own is compacted.</summary>
    public const long Newest = -1;

    private const string Format = "1";

    /// <summary>The text form.</summary>
    public string Encode() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Format} {Revision} {Remaining} {LastKey}"));

    /// <summary>Reads the text form.</summary>
    /// <exception cref="RequestRefusedException">400: it is not one of ours.</exception>
    public static ContinueToken Parse(string text)
    {
        if (Base64Url.IsValid(text))
        {
            var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(text)).Split(' ', 4);
            if (parts.Length == 4
                && parts[0] == Format
                && long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var revision)
                && long.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var remaining))
            {
                return new ContinueToken(revision, parts[3], remaining);
            }
        }

        throw Refusals.BadRequest($"continue key is not valid: {text}");
    }
}
