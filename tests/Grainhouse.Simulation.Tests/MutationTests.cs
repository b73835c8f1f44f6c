namespace Grainhouse.Simulation.Tests;

public sealed class MutationTests
{
    private const int MostSeeds = 200;

    private static readonly SimulationOptions Options = new()
    {
        Duration = TimeSpan.FromSeconds(45),
        FaultInterval = TimeSpan.FromSeconds(4),
        ConvergenceBound = TimeSpan.FromSeconds(90),
    };

    public static TheoryData<string> Names => [.. Mutations.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Mutation_IsFound(string name)
    {
        // A seed counts only if all is well in it without the mutation.
        var found = Enumerable.Range(1, MostSeeds).Any(seed =>
            ClusterSimulation.Run(seed, Options, Mutations.All[name]()).Violation is not null
            && ClusterSimulation.Run(seed, Options).Violation is null);

        Assert.True(found, $"No seed of {MostSeeds} found that {name}.");
    }
}
