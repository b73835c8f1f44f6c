using Grainhouse.Benchmarks.Cluster;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>A cluster with much in it, and many who write.</summary>
internal static class Crowd
{
    private const int Pods = 50_000;
    private const int Clients = 64;
    private const string Who = "crowd";

    public static async Task RunAsync(int runs)
    {
        await using var cluster = await RunningCluster.StartAsync("silo");
        var took = await CrowdLoad.CreatePodsAsync(cluster, Pods, Clients);
        Console.WriteLine($"| {Pods:n0} pods created, {Clients} in flight | {Pods / took.TotalSeconds:0}/s | {cluster.ResidentBytes() >> 20} MiB |");
        await CrowdLoad.CreateMapsAsync(cluster, Who, Clients);
        for (var run = 0; run < runs; run++)
        {
            var writes = await CrowdLoad.RunAsync(cluster, Clients, Who, CrowdRequests.Put, TimeSpan.Zero);
            CrowdLoad.Row($"single-object writes, {Clients} clients, {Pods:n0} pods stored", writes, CrowdLoad.Length);
        }
    }
}
