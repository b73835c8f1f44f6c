namespace Grainhouse.Benchmarks.Cluster;

/// <summary>Who is measured, one after the other: Grainhouse, and a peer if there is one.</summary>
/// <param name="ApiServer">The path of a kube-apiserver; null for no peer.</param>
/// <param name="Etcd">The path of an etcd.</param>
internal sealed record Contenders(string? ApiServer, string Etcd)
{
    /// <summary>Puts the same questions to each, in a fresh cluster that has the machine to itself, in turns, and prints one table.</summary>
    public async Task CompareAsync(int runs, Func<ICluster, Table, Task> measure)
    {
        var table = new Table();
        for (var run = 0; run < runs; run++)
        {
            await using (var ours = await RunningCluster.StartAsync("silo"))
            {
                await measure(ours, table);
            }

            if (ApiServer is not null)
            {
                await using var peer = await KubernetesPeer.StartAsync(ApiServer, Etcd);
                await measure(peer, table);
            }
        }

        table.Print();
    }
}
