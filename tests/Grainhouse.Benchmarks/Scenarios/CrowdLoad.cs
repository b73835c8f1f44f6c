using System.Diagnostics;
using Grainhouse.Benchmarks.Cluster;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>Fills a cluster, and asks of it what many clients ask.</summary>
internal static class CrowdLoad
{
    private static readonly Uri PodsPath = new("/api/v1/namespaces/default/pods", UriKind.Relative);
    private static readonly Uri MapsPath = new("/api/v1/namespaces/default/configmaps", UriKind.Relative);

    /// <summary>How long one measurement takes.</summary>
    public static TimeSpan Length { get; } = TimeSpan.FromSeconds(10);

    /// <summary>Creates pods that nobody schedules; returns how long it took.</summary>
    public static async Task<TimeSpan> CreatePodsAsync(ICluster cluster, int count, int inFlight)
    {
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = inFlight }, async (number, token) =>
        {
            using var body = CrowdRequests.Json(
                $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p{{{number}}}","labels":{"app":"a{{{number % 100}}}"}},"spec":{"schedulerName":"nobody","containers":[{"name":"main","image":"busybox"}]}}""");
            using var answer = await cluster.Http.PostAsync(PodsPath, body, token);
            answer.EnsureSuccessStatusCode();
        });
        return watch.Elapsed;
    }

    /// <summary>Creates the ConfigMap of each worker.</summary>
    public static async Task CreateMapsAsync(ICluster cluster, string who, int workers)
    {
        for (var worker = 0; worker < workers; worker++)
        {
            using var body = CrowdRequests.Json(CrowdRequests.Map(who, worker, 0));
            using var answer = await cluster.Http.PostAsync(MapsPath, body);
            answer.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Clients that ask one thing after the other; returns how long each answer took.</summary>
    public static async Task<List<TimeSpan>> RunAsync(
        ICluster cluster, int clients, string who, Func<string, int, int, HttpRequestMessage> request, TimeSpan pause)
    {
        var watch = Stopwatch.StartNew();
        var latencies = await Task.WhenAll(Enumerable.Range(0, clients).Select(worker => Task.Run(async () =>
        {
            List<TimeSpan> mine = [];
            for (var number = 0; watch.Elapsed < Length; number++)
            {
                using var ask = request(who, worker, number);
                var start = watch.Elapsed;
                using var answer = await cluster.Http.SendAsync(ask);
                answer.EnsureSuccessStatusCode();
                mine.Add(watch.Elapsed - start);
                await Task.Delay(pause);
            }

            return mine;
        })));
        return [.. latencies.SelectMany(mine => mine)];
    }

    /// <summary>Prints what came of it.</summary>
    public static void Row(string what, List<TimeSpan> latencies, TimeSpan length) => Console.WriteLine(
        $"| {what} | {latencies.Count / length.TotalSeconds:0}/s | p50 {Figures.Milliseconds(Figures.Median(latencies))}, p99 {Figures.Milliseconds(Figures.Percentile(latencies, 99))} |");
}
