using System.Diagnostics;
using Xunit.Abstractions;

namespace Grainhouse.Cluster.Tests;

/// <summary>kill -9 of silos: nothing acknowledged is lost, nothing is done twice, and the others carry on within seconds.</summary>
public sealed class KilledSilosTests(ITestOutputHelper output)
{
    private const int Nodes = 6;
    private const int Replicas = 12;

    // What CI waits for; the figures printed are what to look at.
    private static readonly TimeSpan AnswerBound = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan SettleBound = TimeSpan.FromSeconds(60);

    private static int Kills => int.TryParse(Environment.GetEnvironmentVariable("GRAINHOUSE_CLUSTER_KILLS"), out var kills) ? Math.Clamp(kills, 1, 20) : 2;

    [PostgresFact]
    public async Task KillingSilosOneByOne_LosesNothingAndRepeatsNothing()
    {
        await using var cluster = await SiloCluster.StartAsync();
        await using var fleet = cluster.StartFleet(Nodes);
        var web = new Workload(cluster, "web", Replicas);
        var uids = await web.StartAsync();
        var random = new Random(20261122);

        using var stop = new CancellationTokenSource();
        var watcher = new Watcher(cluster);
        var watching = watcher.RunAsync(await cluster.Silos[0].Api.RevisionAsync(Writer.Path), stop.Token);
        Writer[] writers = [new(cluster, "w0"), new(cluster, "w1"), new(cluster, "w2")];
        using var pens = new CancellationTokenSource();
        var writing = Task.WhenAll(writers.Select(writer => writer.RunAsync(pens.Token)));
        for (var kill = 1; kill <= Kills; kill++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
            var victim = cluster.Silos[random.Next(cluster.Silos.Count)];
            await KillAsync(cluster, victim, writers, kill);
            victim.Launch();
            output.WriteLine($"kill {kill}: the silo is back and ready after {(await victim.ReadyAsync()).TotalSeconds:0.00} s");
        }

        await pens.CancelAsync();
        await writing;
        var acknowledged = writers.SelectMany(writer => writer.Acknowledged).ToHashSet(StringComparer.Ordinal);
        await Eventually.TrueAsync(
            () => $"the watch tells of all {acknowledged.Count} writes, not only of {watcher.Added.Count}",
            () => Task.FromResult(acknowledged.All(watcher.Added.ContainsKey)),
            SettleBound);
        await stop.CancelAsync();
        await watching;

        Assert.Empty(watcher.Faults);
        Assert.DoesNotContain(watcher.Added, told => told.Value > 1);
        foreach (var silo in cluster.Silos)
        {
            var stored = (await silo.Api.GetAsync(Writer.Path)).Ok().Json.GetProperty("items").EnumerateArray()
                .Select(item => item.GetProperty("metadata").GetProperty("name").GetString()!).ToHashSet(StringComparer.Ordinal);
            Assert.Subset(stored, acknowledged);
        }

        // The agents are attached again, on whichever gateway: they take new work, and the old was left alone.
        await new Workload(cluster, "after", Nodes).StartAsync();
        Assert.Equal(uids, [.. (await web.PodsAsync()).Select(pod => pod.GetProperty("metadata").GetProperty("uid").GetString()!)]);
        Assert.Equal(0, await web.RestartsAsync());
        foreach (var end in cluster.Silos.SelectMany(silo => silo.Ends))
        {
            output.WriteLine($"a silo ended by itself: {end}");
        }

        output.WriteLine($"{acknowledged.Count} acknowledged writes over {Kills} kills, all there");
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
        output.WriteLine($"all killed, one started: ready after {ready.TotalSeconds:0.00} s");
        Assert.InRange(ready, TimeSpan.Zero, TimeSpan.FromSeconds(60));
    }

    private async Task KillAsync(SiloCluster cluster, Silo victim, Writer[] writers, int kill)
    {
        // Some of these grains live on each silo, so the answers of all of them need the victim's to be back.
        var names = writers.SelectMany(writer => writer.Acknowledged.Reverse().Take(15)).ToArray();
        var clock = Stopwatch.StartNew();
        await victim.KillAsync();
        foreach (var silo in cluster.Silos.Where(silo => silo != victim))
        {
            await Eventually.TrueAsync(
                () => $"the grains of the silo that was killed answer on silo {silo.Port}:\n{silo.Process.Log}",
                async () => (await Task.WhenAll(names.Select(name => silo.AnswersAsync($"{Writer.Path}/{name}")))).All(answers => answers),
                AnswerBound);
        }

        output.WriteLine($"kill {kill}: {names.Length} objects answer on both others {clock.Elapsed.TotalSeconds:0.00} s after the kill");
    }
}
