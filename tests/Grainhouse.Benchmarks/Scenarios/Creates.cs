using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Grainhouse.Benchmarks.Cluster;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>Writes and reads of small objects through the Kubernetes door, TLS and durable commit included.</summary>
internal static class Creates
{
    private const int InFlight = 32;

    private static readonly string Value = new('x', 256);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);

    public static async Task RunAsync(int runs)
    {
        await using var cluster = await RunningCluster.StartAsync("silo");
        await LoadAsync(cluster, InFlight, TimeSpan.FromSeconds(3), "warm", get: false);
        for (var run = 0; run < runs; run++)
        {
            await ReportAsync(cluster, $"creates, {InFlight} in flight", InFlight, $"c{run}", get: false);
            await ReportAsync(cluster, $"gets, {InFlight} in flight", InFlight, "warm", get: true);
            await ReportAsync(cluster, "creates, one at a time", 1, $"s{run}", get: false);
            await ReportAsync(cluster, "gets, one at a time", 1, "warm", get: true);
            await ListAsync(cluster);
            await RegisterNodesAsync(cluster, run);
        }
    }

    // What a kubelet posts when it first comes; the join of an agent, with its certificate and its stream, is in Scale.
    private static async Task RegisterNodesAsync(RunningCluster cluster, int run)
    {
        const int Nodes = 1_000;
        var latencies = new TimeSpan[Nodes];
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(0, Nodes, new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (node, token) =>
        {
            var start = watch.Elapsed;
            using var answer = await cluster.Http.PostAsync(new Uri("/api/v1/nodes", UriKind.Relative), Node($"registered-{run}-{node}"), token);
            answer.EnsureSuccessStatusCode();
            latencies[node] = watch.Elapsed - start;
        });
        Console.WriteLine($"| {Nodes:n0} nodes registered, {InFlight} in flight | {Nodes / watch.Elapsed.TotalSeconds:0}/s | p50 {Figures.Milliseconds(Figures.Median(latencies))}, p99 {Figures.Milliseconds(Figures.Percentile(latencies, 99))} |");
    }

    private static async Task ReportAsync(RunningCluster cluster, string what, int inFlight, string prefix, bool get)
    {
        var (count, latencies) = await LoadAsync(cluster, inFlight, Length, prefix, get);
        Console.WriteLine($"| {what} | {count / Length.TotalSeconds:0}/s | p50 {Figures.Milliseconds(Figures.Median(latencies))}, p99 {Figures.Milliseconds(Figures.Percentile(latencies, 99))} |");
    }

    private static async Task<(int Count, List<TimeSpan> Latencies)> LoadAsync(RunningCluster cluster, int inFlight, TimeSpan length, string prefix, bool get)
    {
        var watch = Stopwatch.StartNew();
        var latencies = new List<TimeSpan>[inFlight];
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(worker => Task.Run(async () =>
        {
            var mine = latencies[worker] = [];
            for (var i = 0; watch.Elapsed < length; i++)
            {
                var start = watch.Elapsed;
                using var answer = get
                    ? await cluster.Http.GetAsync(new Uri($"/api/v1/namespaces/default/configmaps/{prefix}-{worker}-0", UriKind.Relative))
                    : await cluster.Http.PostAsync(new Uri("/api/v1/namespaces/default/configmaps", UriKind.Relative), Body($"{prefix}-{worker}-{i}"));
                answer.EnsureSuccessStatusCode();
                await answer.Content.CopyToAsync(Stream.Null);
                mine.Add(watch.Elapsed - start);
            }
        })));
        var all = latencies.SelectMany(mine => mine).ToList();
        return (all.Count, all);
    }

    private static async Task ListAsync(RunningCluster cluster)
    {
        var samples = new List<TimeSpan>();
        for (var i = 0; i < 10; i++)
        {
            var watch = Stopwatch.StartNew();
            await cluster.Http.GetByteArrayAsync(new Uri("/api/v1/namespaces/default/configmaps?limit=5000", UriKind.Relative));
            samples.Add(watch.Elapsed);
        }

        Console.WriteLine($"| LIST of 5,000 ConfigMaps | p50 {Figures.Milliseconds(Figures.Median(samples))} | |");
    }

    private static ByteArrayContent Body(string name) => Json(
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","namespace":"default"},"data":{"key":"{{{Value}}}"}}""");

    private static ByteArrayContent Node(string name) => Json(
        $$$"""
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{name}}}","labels":{"kubernetes.io/hostname":"{{{name}}}","kubernetes.io/os":"linux","kubernetes.io/arch":"amd64"} },
        "status":{"capacity":{"cpu":"8","memory":"32Gi","pods":"110"}, "allocatable":{"cpu":"8","memory":"32Gi","pods":"110"} } }
        """);

    private static ByteArrayContent Json(string text) =>
        new(Encoding.UTF8.GetBytes(text)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
