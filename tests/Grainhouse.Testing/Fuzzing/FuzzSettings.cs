using System.Globalization;

namespace Grainhouse.Testing.Fuzzing;

/// <summary>How long and with which luck to fuzz; from the environment.</summary>
/// <param name="Duration"><c>GRAINHOUSE_FUZZ_SECONDS</c> for each target; without it a fixed number of inputs is tried.</param>
/// <param name="Seed"><c>GRAINHOUSE_FUZZ_SEED</c>; 1 without it, so that a plain run repeats itself.</param>
internal sealed record FuzzSettings(TimeSpan? Duration, int Seed)
{
    /// <summary>The inputs of a run without a duration: some seconds.</summary>
    public const int Inputs = 4000;

    public static FuzzSettings Read() => new(
        Number("GRAINHOUSE_FUZZ_SECONDS") is { } seconds ? TimeSpan.FromSeconds(seconds) : null, Number("GRAINHOUSE_FUZZ_SEED") ?? 1);

    private static int? Number(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
