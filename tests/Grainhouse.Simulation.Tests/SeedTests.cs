namespace Grainhouse.Simulation.Tests;

public sealed class SeedTests
{
    private static readonly SimulationOptions Options = new() { Duration = TimeSpan.FromSeconds(45), ConvergenceBound = TimeSpan.FromSeconds(30) };

    [Fact]
    public void Seeds_UnderFaults_BreakNoPromise()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var result = ClusterSimulation.Run(seed, Options);

            Assert.True(
                result.Violation is null || result.Violation.StartsWith("not at rest", StringComparison.Ordinal),
                $"seed {seed}: {result.Violation}");
        }
    }

    [Fact]
    public void Seed_WithoutFaults_ComesToRest()
    {
        for (var seed = 1; seed <= 5; seed++)
        {
            var result = ClusterSimulation.Run(seed, Options with { FaultInterval = TimeSpan.FromHours(1) });

            Assert.Null(result.Violation);
        }
    }
}
