using System.Diagnostics;
using Xunit.Abstractions;

namespace Grainhouse.Cluster.Tests;

/// <summary>A silo that hangs and comes back: the others go on without it, and it undoes nothing of what they did.</summary>
public sealed class FrozenSilosTests(ITestOutputHelper output)
{
    private const int Zombies = 20;

    private static readonly TimeSpan ProbeBound = TimeSpan.FromSeconds(60);

    [PostgresFact]
    public async Task FrozenSilo_WhenItGoesOn_EndsAndHasCommittedNothing()
    {
        var size = ClusterSize.Current;
        await using var cluster = await SiloCluster.StartAsync();
        await using var load = await Load.StartAsync(cluster, size);
        var (frozen, others) = (cluster.Silos[0], cluster.Silos.Skip(1).ToArray());
        string[] paths = [.. await Planted.OnAsync(frozen, "ice"), .. load.PodPaths];
        var healthy = new HealthyGrains(others, [.. await Planted.OnAsync(others[0], "warm-0"), .. await Planted.OnAsync(others[1], "warm-1")]);

        // After a start grains are still moved, and to the silo that is to freeze as well: those on their way are nobody's.
        await cluster.BalancedAsync(ProbeBound);
        load.Calls.Notes.Clear();

        var life = frozen.Process;
        await life.FreezeAsync();
        var clock = Stopwatch.StartNew();
        await healthy.FindAsync();
        using var condemned = new CancellationTokenSource();
        var asking = healthy.AskAsync(condemned.Token);
        var answers = await AnswerTimes.MeasureAsync(others, paths, new CallLog(), ProbeBound);
        var elsewhere = clock.Elapsed;
        await Eventually.TrueAsync("the frozen silo is condemned", async () => await cluster.CountActiveAsync() == 2, ProbeBound);
        output.WriteLine($"condemned {clock.Elapsed.TotalSeconds:0.00} s after the freeze; all grains had answered elsewhere after {elsewhere.TotalSeconds:0.00} s (load {Machine.LoadAverage}); {answers}");
        await condemned.CancelAsync();
        var disturbed = await asking;
        var longest = disturbed.TakeLongest()!;
        output.WriteLine($"meanwhile {healthy.Count} grains of the others were asked {disturbed.Count} times; longest call {longest}; {disturbed.Notes.Count} were slow");

        // What clients ask of it meanwhile it finds when it goes on, and believes that it may do it.
        var asked = Enumerable.Range(0, Zombies).Select(number => AskFrozenAsync(frozen, number)).ToArray();
        await Task.Delay(size.FaultTime > clock.Elapsed ? size.FaultTime - clock.Elapsed : TimeSpan.Zero);
        clock.Restart();
        life.Thaw();
        Assert.NotEqual(0, await life.WaitForExitAsync(ProbeBound));
        output.WriteLine($"it ended {clock.Elapsed.TotalSeconds:0.00} s after it went on: {life.Log.Split('\n')[^1]}");
        var granted = (await Task.WhenAll(asked)).Count(answer => answer is { IsSuccess: true });
        var found = (await others[0].Api.GetAsync(Writer.Path)).Ok().Json.GetProperty("items").EnumerateArray()
            .Count(item => item.GetProperty("metadata").GetProperty("name").GetString()!.StartsWith("zombie", StringComparison.Ordinal));
        Assert.Equal((0, 0), (granted, found));

        output.WriteLine($"all well {(await cluster.ConvergedAsync(load, ProbeBound)).TotalSeconds:0.00} s after it ended");
        await load.EndAsync(output);
        Assert.DoesNotContain(disturbed.Notes, note => note.Outcome.Length > 0);
        Assert.InRange(longest.Took, TimeSpan.Zero, size.CallBound);
        Assert.InRange(elsewhere, TimeSpan.Zero, size.FrozenBound);
    }

    private static Task<ApiAnswer?> AskFrozenAsync(Silo frozen, int number) =>
        new CallLog().RunAsync("zombie", _ => frozen.Api.PostAsync(Writer.Path, $$"""{"metadata":{"name":"zombie-{{number}}"} }"""));
}
