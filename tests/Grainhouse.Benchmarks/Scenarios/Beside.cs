using Grainhouse.Benchmarks.Cluster;
using Grainhouse.Benchmarks.Scenarios.Nuisances;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>What a polite client feels of what others do.</summary>
internal static class Beside
{
    private const int Pods = 5_000;
    private const int Clients = 4;
    private const string Who = "polite";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(int runs)
    {
        await using var cluster = await RunningCluster.StartAsync("silo");
        await CrowdLoad.CreatePodsAsync(cluster, Pods, inFlight: 64);
        await CrowdLoad.CreateMapsAsync(cluster, Who, Clients);
        await CrowdLoad.CreateMapsAsync(cluster, GreedyRequests.Who, GreedyRequests.InFlight);
        for (var run = 0; run < runs; run++)
        {
            await MeasureAsync(cluster, GreedyRequests.Gets, writes: false);
            await MeasureAsync(cluster, GreedyRequests.Writes, writes: true);
            foreach (var nuisance in (string[])[SlowReaders.Name, HalfOpenConnections.Name, IdleWatches.Name])
            {
                await MeasureAsync(cluster, nuisance, writes: false);
                await MeasureAsync(cluster, nuisance, writes: true);
            }
        }
    }

    // Alone before and after, because the machine has its own moods.
    private static async Task MeasureAsync(RunningCluster cluster, string name, bool writes)
    {
        var what = writes ? "writes" : "gets";
        var alone = await LoadAsync(cluster, writes);
        List<TimeSpan> beside;
        string note;
        using (var nuisance = await Nuisance.StartAsync(cluster, name))
        {
            beside = await LoadAsync(cluster, writes);
            note = await nuisance.StopAsync();
        }

        alone.AddRange(await LoadAsync(cluster, writes));
        CrowdLoad.Row($"{what} of a polite client, alone", alone, CrowdLoad.Length * 2);
        CrowdLoad.Row($"{what} beside {name} ({note}): p99 {Figures.Percentile(beside, 99) / Figures.Percentile(alone, 99):0.0} times", beside, CrowdLoad.Length);
    }

    private static Task<List<TimeSpan>> LoadAsync(RunningCluster cluster, bool writes) =>
        CrowdLoad.RunAsync(cluster, Clients, Who, writes ? CrowdRequests.Put : CrowdRequests.Get, Pause);
}
