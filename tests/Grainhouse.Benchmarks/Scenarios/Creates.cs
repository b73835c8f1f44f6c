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
        }
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

    private static ByteArrayContent Body(string name)
    {
        var json = $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}","namespace":"default"},"data":{"key":"{{{Value}}}"}}""";
        return new ByteArrayContent(Encoding.UTF8.GetBytes(json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }
}
