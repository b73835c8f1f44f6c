namespace Grainhouse.Storage.Sqlite;

/// <summary>Orders keys as SQLite does: by their UTF-8 bytes, which is the order of code points.</summary>
internal static class Utf8Order
{
    /// <summary>Compares two keys.</summary>
    public static int Compare(string left, string right)
    {
        var common = left.AsSpan().CommonPrefixLength(right);
        if (common == left.Length || common == right.Length)
        {
            return left.Length - right.Length;
        }

        // UTF-16 puts surrogates (code points above U+FFFF) before U+E000 to U+FFFF; UTF-8 puts them behind.
        var (a, b) = (left[common], right[common]);
        return char.IsSurrogate(a) == char.IsSurrogate(b) ? a - b : char.IsSurrogate(a) ? 1 : -1;
    }
}
