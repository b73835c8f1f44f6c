using System.Collections.Immutable;
using Grainhouse.Simulation.Faults;

namespace Grainhouse.Simulation.Tests;

public sealed class ShrinkerTests
{
    [Fact]
    public void Shrink_TwoOfManyNeeded_LeavesThose()
    {
        var faults = Enumerable.Range(0, 40).Select(number => new Fault(TimeSpan.FromSeconds(number), FaultKind.SiloKilled, number, TimeSpan.FromSeconds(1))).ToImmutableArray();

        var shortest = Shrinker.Shrink(faults, rest => rest.Any(fault => fault.Target == 3) && rest.Any(fault => fault.Target == 31));

        Assert.Equal([3, 31], shortest.Select(fault => fault.Target));
    }

    [Fact]
    public void Shrink_FailsWithoutAny_LeavesNone() =>
        Assert.Empty(Shrinker.Shrink([new Fault(default, FaultKind.SiloKilled, 0, default)], _ => true));
}
