using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Grainhouse.Simulation.Tests;

public sealed partial class DeterminismTests
{
    private const int Seed = 3;

    private static readonly SimulationOptions Options = new() { Duration = TimeSpan.FromMinutes(1) };

    [Fact]
    public void Seed_TwiceBesideOthers_GivesTheSameRun()
    {
        var runs = new SimulationResult[8];

        // Half of them are other seeds, so that whatever runs share would show.
        Parallel.For(0, runs.Length, number => runs[number] = ClusterSimulation.Run(number % 2 == 0 ? Seed : Seed + number, Options));

        Assert.Single(runs.Where((_, number) => number % 2 == 0).Select(run => run.Fingerprint).Distinct());
        Assert.Equal(5, runs.Select(run => run.Fingerprint).Distinct().Count());
    }

    /// <summary>Strings hash differently in every process, and so does what the JIT has made so far.</summary>
    [Fact]
    public async Task Seed_InAnotherProcess_GivesTheSameRun()
    {
        var here = ClusterSimulation.Run(Seed, Options);

        var words = await SimulateAsync($"--seed {Seed} --minutes 1");

        Assert.Equal(here.Fingerprint, ulong.Parse(RunName().Match(words).Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture));
    }

    /// <summary>Where little stack is left, .NET plans what it would else continue in place: the order must not hang on the caller's stack.</summary>
    [Fact]
    public void Seed_OnASmallStack_GivesTheSameRun()
    {
        var usual = ClusterSimulation.Run(Seed, Options);

        SimulationResult? small = null;
        var thread = new Thread(() => small = ClusterSimulation.Run(Seed, Options), maxStackSize: 192 << 10);
        thread.Start();
        thread.Join();

        Assert.Equal(usual.Fingerprint, small!.Fingerprint);
    }

    private static async Task<string> SimulateAsync(string arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "grainhouse.dll");
        using var process = Process.Start(new ProcessStartInfo("dotnet", $"exec \"{program}\" simulate {arguments}") { RedirectStandardOutput = true })!;
        var words = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return words;
    }

    [GeneratedRegex("; run ([0-9a-f]{16})")]
    private static partial Regex RunName();
}
