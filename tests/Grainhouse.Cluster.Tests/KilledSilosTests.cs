using System.Diagnostics;
using Xunit.Abstractions;

namespace Grainhouse.Cluster.Tests;

/// <summary>kill -9 of silos: nothing acknowledged is lost, nothing is done twice, and the others carry on within seconds.</summary>
public sealed class KilledSilosTests(ITestOutputHelper output)
{
    private static readonly TimeSpan ProbeBound = TimeSpan.FromSeconds(60);

    // The silo that came back has its share of the grains again: so each kill hits a cluster that runs, not the rest of the last one.
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(8);

    [PostgresFact]
    public async Task KillingSilosOneByOne_LosesNothingAndRepeatsNothing()
    {
        var size = ClusterSize.Current;
        await using var cluster = await SiloCluster.StartAsync();
        await using var load = await Load.StartAsync(cluster, size);
        output.WriteLine($"size: {size}");
        var random = new Random(20261122);
        var failures = new List<string>();
        for (var kill = 1; kill <= size.Faults; kill++)
        {
            await Task.Delay(Between);
            var victim = cluster.Silos[random.Next(cluster.Silos.Count)];
            string[] paths = [.. await Planted.OnAsync(victim, $"kill-{kill}"), .. load.PodPaths];
            failures.AddRange(await KillAsync(cluster, load, paths, victim, size, $"kill {kill} (load {Machine.LoadAverage})"));
            victim.Launch();
            output.WriteLine($"kill {kill}: the silo is back and ready after {(await victim.ReadyAsync()).TotalSeconds:0.00} s");
        }

        await load.EndAsync(output);
        foreach (var end in cluster.Silos.SelectMany(silo => silo.Ends))
        {
            output.WriteLine($"a silo ended by itself: {end}");
        }

        Assert.Empty(failures);
    }

    [PostgresFact]
    public async Task AllSilosKilledAtOnce_OneStartedAgain_ServesSoon()
    {
        await using var cluster = await SiloCluster.StartAsync();
        var silo = cluster.Silos[0];
        (await silo.Api.PostAsync(Writer.Path, """{"metadata":{"name":"kept"}}""")).Ok();
        await Task.WhenAll(cluster.Silos.Select(each => each.KillAsync()));

        silo.Launch();
        var ready = await silo.ReadyAsync();

        Assert.True(await silo.AnswersAsync($"{Writer.Path}/kept"), silo.Process.Log);
        Assert.Equal(1, await cluster.CountActiveAsync());
        output.WriteLine($"all killed, one started: ready after {ready.TotalSeconds:0.00} s (load {Machine.LoadAverage})");
        Assert.InRange(ready, TimeSpan.Zero, ClusterSize.Current.ServeBound);
    }

    private async Task<IEnumerable<string>> KillAsync(SiloCluster cluster, Load load, string[] paths, Silo victim, ClusterSize size, string name)
    {
        var others = cluster.Silos.Where(silo => silo != victim).ToArray();
        var probes = new CallLog();
        load.Calls.TakeLongest();
        var clock = Stopwatch.StartNew();
        await victim.KillAsync();
        var heard = AgentProbe.UntilHeardAsync(others, load.Nodes, new CallLog(), ProbeBound);
        var answers = await AnswerTimes.MeasureAsync(others, paths, probes, ProbeBound);
        var attached = await heard;
        var (probe, write) = (probes.TakeLongest()!, load.Calls.TakeLongest());
        output.WriteLine($"{name}: {answers}; agents heard {attached.TotalSeconds:0.00} s; longest calls: {probe}; {write}");
        foreach (var note in load.Calls.Notes.Concat(probes.Notes).GroupBy(note => note.Outcome.Split(' ')[0]))
        {
            output.WriteLine($"  {note.Count()} x {note.First()}");
        }

        load.Calls.Notes.Clear();
        return Exceeded();

        IEnumerable<string> Exceeded()
        {
            if (answers.At(0.99) > size.AnswerAtP99 || answers.Worst > size.AnswerAtWorst)
            {
                yield return $"{name}: {answers}";
            }

            if (attached > size.AttachBound)
            {
                yield return $"{name}: agents heard {attached.TotalSeconds:0.00} s";
            }

            foreach (var call in new[] { probe, write }.OfType<CallNote>().Where(call => call.Took > size.CallBound))
            {
                yield return $"{name}: {call}";
            }
        }
    }
}
