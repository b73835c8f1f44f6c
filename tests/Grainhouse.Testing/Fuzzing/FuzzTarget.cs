namespace Grainhouse.Testing.Fuzzing;

/// <summary>Something that takes bytes from outside.</summary>
/// <param name="Seeds">Inputs that it accepts, or nearly does; the more different ones, the deeper the search goes.</param>
/// <param name="Words">Bytes that mean something to it: keywords, delimiters, lengths.</param>
/// <param name="Take">
/// Gives it one input and says in a few words how that ended; an ending that was not seen before makes its input a seed. It throws for
/// what must not happen.
/// </param>
public sealed record FuzzTarget(IReadOnlyList<byte[]> Seeds, IReadOnlyList<byte[]> Words, Func<byte[], Task<string>> Take)
{
    /// <summary>A target that takes its input at once.</summary>
    public FuzzTarget(IReadOnlyList<byte[]> seeds, IReadOnlyList<byte[]> words, Func<byte[], string> take)
        : this(seeds, words, input => Task.FromResult(take(input)))
    {
    }
}
