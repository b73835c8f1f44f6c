using System.Globalization;

namespace Grainhouse.Planning.Documents;

/// <summary>Name parts that spell no words: upstream's alphabet without vowels and look-alikes.</summary>
public static class SafeNames
{
    /// <summary>Upstream's <c>rand.alphanums</c>.</summary>
    public const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";

    /// <summary>The longest base of a generated name that keeps the name a DNS label: 63 less the suffix.</summary>
    private const int MaxBase = 58;

    /// <summary>A name with a random suffix of five letters.</summary>
    public static string Generate(string prefix, Random random)
    {
        var kept = prefix.Length > MaxBase ? MaxBase : prefix.Length;
        return string.Create(kept + 5, (prefix, random), static (span, state) =>
        {
            var rest = span.Length - 5;
            state.prefix.AsSpan(0, rest).CopyTo(span);
            for (var i = rest; i < span.Length; i++)
            {
                span[i] = Alphabet[state.random.Next(Alphabet.Length)];
            }
        });
    }

    /// <summary>Spells a hash in the alphabet, as upstream's <c>SafeEncodeString</c> does with its decimal digits.</summary>
    public static string Encode(uint hash)
    {
        var digits = hash.ToString(CultureInfo.InvariantCulture);
        return string.Create(digits.Length, digits, static (span, from) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = Alphabet[from[i] % Alphabet.Length];
            }
        });
    }

    /// <summary>Spells a hash as exactly five letters.</summary>
    public static string EncodeFive(uint hash) => string.Create(5, hash, static (span, rest) =>
    {
        for (var i = 0; i < span.Length; i++)
        {
            span[i] = Alphabet[(int)(rest % (uint)Alphabet.Length)];
            rest /= (uint)Alphabet.Length;
        }
    });
}
