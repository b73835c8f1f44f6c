namespace Grainhouse.Gateway.Objects;

/// <summary>Names made from <c>metadata.generateName</c>.</summary>
internal static class GeneratedName
{
    // Upstream's alphabet: without vowels and look-alikes, so that no name spells a word.
    private const string Alphabet = "bcdfghjklmnpqrstvwxz2456789";
    private const int Suffix = 5;
    private const int Longest = 63;

    /// <summary>The base, cut to fit, and five random letters.</summary>
    public static string Make(string prefix) =>
        (prefix.Length > Longest - Suffix ? prefix[..(Longest - Suffix)] : prefix) + new string(Random.Shared.GetItems(Alphabet.AsSpan(), Suffix));
}
