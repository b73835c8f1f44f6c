using FsCheck.Fluent;

namespace Grainhouse.Storage.Tests;

/// <summary>Seeds of random histories: new ones each run, named when one fails.</summary>
internal static class Seeds
{
    /// <summary>Runs a case for each of so many seeds.</summary>
    public static async Task CheckAsync(int count, Func<int, Task> run)
    {
        var seeds = Gen.Choose(0, int.MaxValue - 1).Sample(numberOfSamples: count).ToArray();
        Assert.Equal(count, seeds.Length);
        foreach (var seed in seeds)
        {
            var failure = await Record.ExceptionAsync(() => run(seed));
            Assert.True(failure is null, $"Seed {seed}: {failure}");
        }
    }
}
