namespace Grainhouse.Simulation.Tests;

public sealed class MutationTests
{
    private const int MostSeeds = 200;

    // The very lives that SeedTests finds nothing wrong in.
    private static readonly SimulationOptions Options = SimulationOptions.Short;

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

    /// <summary>Agents that forget are wrong only when one is killed and started again: of all faults no other is needed.</summary>
    [Fact]
    public void SeedThatFails_ShrinksToTheFaultsThatItTakes_AndTellsWhatHappened()
    {
        var flaws = Mutations.All[Mutations.Forgetful];
        var seed = Enumerable.Range(1, MostSeeds).First(seed => ClusterSimulation.Run(seed, Options, flaws()).Violation is not null);

        var shortest = ClusterSimulation.Shrink(seed, Options, flaws);

        var words = shortest.Describe().ToList();
        Assert.Contains("AgentKilled", Assert.Single(shortest.Faults), StringComparison.Ordinal);
        Assert.StartsWith($"seed {seed}: ", words[0], StringComparison.Ordinal);
        Assert.Contains(words, line => line.Contains("fault: AgentKilled", StringComparison.Ordinal));
        Assert.EndsWith($"VIOLATION: {shortest.Violation}", words[^1], StringComparison.Ordinal);
    }
}
