using System.Text;

namespace Grainhouse.Storage.Postgres;

/// <summary>Which keys PostgreSQL can hold.</summary>
internal static class StoreKey
{
    // An entry of an index has at most some 2,700 bytes.
    private const int MostBytes = 2_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether there can be a document of this key.</summary>
    public static bool IsPossible(string key) => FindFault(key) is null;

    /// <summary>Throws unless the key can be stored.</summary>
    /// <exception cref="ArgumentException">It cannot; the message says why.</exception>
    public static void Check(string key)
    {
        if (FindFault(key) is { } fault)
        {
            throw new ArgumentException($"A key {fault}.");
        }
    }

    private static string? FindFault(string key)
    {
        if (key.Contains('\0', StringComparison.Ordinal))
        {
            return "has a character of value 0";
        }

        try
        {
            var bytes = Strict.GetByteCount(key);
            return bytes > MostBytes ? $"has {bytes} bytes; {MostBytes} are the most" : null;
        }
        catch (EncoderFallbackException)
        {
            return "is not text: it has half of a surrogate pair";
        }
    }
}
