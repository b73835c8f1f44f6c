using System.Text;

namespace Grainhouse.Planning.Objects.ManagedFields;

/// <summary>Texts of path elements, the frequent ones made once: every object's sets are made of the same few hundred names.</summary>
internal static class FieldNames
{
    private const int Slots = 2048;
    private const int Longest = 64;

    // Races are harmless: a slot is one reference, and whichever text it has is compared before it is used.
    private static readonly string?[] Known = new string?[Slots];

    /// <summary>The text of UTF-8.</summary>
    public static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > Longest)
        {
            return Encoding.UTF8.GetString(utf8);
        }

        // FNV-1a.
        var hash = 2166136261u;
        foreach (var one in utf8)
        {
            hash = (hash ^ one) * 16777619u;
        }

        ref var slot = ref Known[(int)((hash ^ (hash >> 15)) % Slots)];
        if (slot is { } known && Ascii.Equals(utf8, known))
        {
            return known;
        }

        return slot = Encoding.UTF8.GetString(utf8);
    }
}
