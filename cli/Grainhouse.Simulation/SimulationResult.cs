using System.Collections.Immutable;

namespace Grainhouse.Simulation;

/// <summary>What came of a run.</summary>
/// <param name="Seed">The seed that gives the same run again.</param>
/// <param name="Violation">The promise that was broken; null if none was.</param>
/// <param name="Faults">What went wrong around it, one line each.</param>
/// <param name="Timeline">What happened last.</param>
/// <param name="Events">How many events the run had.</param>
/// <param name="Commits">How many commits it had.</param>
/// <param name="Rest">How long after the last fault all was as it was asked for.</param>
/// <param name="Fingerprint">Of all that happened, in its order: the same seed gives the same, on any machine.</param>
public sealed record SimulationResult(
    int Seed, string? Violation, ImmutableArray<string> Faults, ImmutableArray<string> Timeline, long Events, int Commits, TimeSpan Rest, ulong Fingerprint)
{
    /// <summary>What a person needs to see of a run that failed: the promise, the schedule of faults, and what happened last.</summary>
    public IEnumerable<string> Describe() =>
    [
        $"seed {Seed}: {Violation}",
        $"The faults that it takes ({Faults.Length}):",
        .. Faults.Select(fault => $"  {fault}"),
        "What happened last:",
        .. Timeline.Select(line => $"  {line}"),
    ];
}
