using System.Collections.Immutable;

namespace Grainhouse.Simulation.Faults;

/// <summary>Composes what goes wrong in a run, from its seed.</summary>
internal static class FaultSchedule
{
    /// <summary>The faults of a seed, in order; the cluster is left alone for its first moments.</summary>
    public static ImmutableArray<Fault> Of(int seed, SimulationOptions options)
    {
        var random = new Random(seed ^ 0x5eed);
        var count = (int)(options.Duration.TotalSeconds / options.FaultInterval.TotalSeconds);
        var kinds = Enum.GetValues<FaultKind>();
        var lost = 0;
        var faults = ImmutableArray.CreateBuilder<Fault>();
        for (var index = 0; index < count; index++)
        {
            var at = options.Quiet + ((options.Duration - options.Quiet) * random.NextDouble());
            var kind = kinds[random.Next(kinds.Length)];

            // Enough machines must be left to carry everything.
            if (kind == FaultKind.MachineLost && ++lost > options.Machines / 4)
            {
                kind = FaultKind.AgentKilled;
            }

            faults.Add(new Fault(at, kind, random.Next(1_000), TimeSpan.FromSeconds(0.2 + (random.NextDouble() * random.NextDouble() * 20))));
        }

        return [.. faults.OrderBy(fault => fault.At)];
    }
}
