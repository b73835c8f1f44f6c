using Grainhouse.Benchmarks.Cluster;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>A cluster with much in it, and many who write.</summary>
internal static class Crowd
{
    private const int Pods = 50_000;
    private const int Clients = 64;
    private const string Who = "crowd";

    public static async Task MeasureAsync(ICluster cluster, Table table)
    {
        var took = await CrowdLoad.CreatePodsAsync(cluster, Pods, Clients);
        table.Add(cluster, $"{Pods:n0} pods created, {Clients} in flight; memory then", Figure.Rate(Pods / took.TotalSeconds), Figure.Memory(cluster.ResidentBytes()));
        await CrowdLoad.CreateMapsAsync(cluster, Who, Clients);
        var writes = await CrowdLoad.RunAsync(cluster, Clients, Who, CrowdRequests.Put, TimeSpan.Zero);
        table.Add(
            cluster, $"single-object writes, {Clients} clients, {Pods:n0} pods stored",
            Figure.Rate(writes.Count / CrowdLoad.Length.TotalSeconds), Figure.Median(writes), Figure.Slowest(writes));
    }
}
