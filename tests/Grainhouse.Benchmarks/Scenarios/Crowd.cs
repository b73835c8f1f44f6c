using System.Diagnostics;
using System.Net;
using System.Text;
using Grainhouse.Benchmarks.Cluster;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>A cluster with much in it, and clients that are not alike.</summary>
internal static class Crowd
{
    private const int Pods = 50_000;
    private const int Clients = 64;
    private const int Polite = 4;
    private const int Greedy = 512;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync(int runs)
    {
        await using var cluster = await RunningCluster.StartAsync("silo");
        await FillAsync(cluster);
        for (var run = 0; run < runs; run++)
        {
            var writes = await LoadAsync(cluster, Clients, "crowd", Put, TimeSpan.Zero);
            Row($"single-object writes, {Clients} clients, {Pods:n0} pods stored", writes, Length);
            await BesideAsync(cluster, "gets", Get);
            await BesideAsync(cluster, "writes", Put);
        }
    }

    // The greedy one has its own User-Agent and the same user, and asks again at once whatever it is answered.
    private static async Task BesideAsync(RunningCluster cluster, string what, Func<string, int, int, HttpRequestMessage> request)
    {
        var quiet = await LoadAsync(cluster, Polite, "polite", request, Pause);
        Row($"{what} of a polite client, alone", quiet, Length);
        using var stop = new CancellationTokenSource();
        var refused = 0;
        var answered = 0;
        var greed = Enumerable.Range(0, Greedy).Select(worker => Task.Run(async () =>
        {
            for (var number = 0; !stop.IsCancellationRequested; number++)
            {
                using var ask = request("greedy", worker, number);
                ask.Version = HttpVersion.Version20;
                using var answer = await cluster.Http.SendAsync(ask);
                Interlocked.Increment(ref answer.StatusCode == HttpStatusCode.TooManyRequests ? ref refused : ref answered);
            }
        })).ToArray();
        var beside = await LoadAsync(cluster, Polite, "polite", request, Pause);
        await stop.CancelAsync();
        await Task.WhenAll(greed);
        Row($"beside one with {Greedy} in flight that ignores 429 ({answered / Length.TotalSeconds:0}/s answered, {refused} refused): {Figures.Percentile(beside, 99) / Figures.Percentile(quiet, 99):0.0} times p99", beside, Length);
    }

    private static async Task FillAsync(RunningCluster cluster)
    {
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(0, Pods, new ParallelOptions { MaxDegreeOfParallelism = Clients }, async (number, token) =>
        {
            using var body = Json(
                $$$"""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p{{{number}}}","labels":{"app":"a{{{number % 100}}}"}},"spec":{"schedulerName":"nobody","containers":[{"name":"main","image":"busybox"}]}}""");
            using var answer = await cluster.Http.PostAsync(new Uri("/api/v1/namespaces/default/pods", UriKind.Relative), body, token);
            answer.EnsureSuccessStatusCode();
        });
        Console.WriteLine($"| {Pods:n0} pods created, {Clients} in flight | {Pods / watch.Elapsed.TotalSeconds:0}/s | {cluster.ResidentBytes() >> 20} MiB |");
        foreach (var who in (string[])["crowd", "polite", "greedy"])
        {
            for (var worker = 0; worker < (who == "greedy" ? Greedy : Clients); worker++)
            {
                using var body = Json(Map(who, worker, 0));
                using var answer = await cluster.Http.PostAsync(new Uri("/api/v1/namespaces/default/configmaps", UriKind.Relative), body);
                answer.EnsureSuccessStatusCode();
            }
        }
    }

    private static async Task<List<TimeSpan>> LoadAsync(
        RunningCluster cluster, int clients, string who, Func<string, int, int, HttpRequestMessage> request, TimeSpan pause)
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

    private static HttpRequestMessage Get(string who, int worker, int number) => Ask(who, worker, HttpMethod.Get);

    private static HttpRequestMessage Put(string who, int worker, int number)
    {
        var ask = Ask(who, worker, HttpMethod.Put);
        ask.Content = Json(Map(who, worker, number));
        return ask;
    }

    private static HttpRequestMessage Ask(string who, int worker, HttpMethod method)
    {
        var ask = new HttpRequestMessage(method, $"/api/v1/namespaces/default/configmaps/{who}-{worker}");
        ask.Headers.UserAgent.ParseAdd($"{who}/1.0");
        return ask;
    }

    private static string Map(string who, int worker, int number) =>
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{who}}}-{{{worker}}}"},"data":{"n":"{{{number}}}"}}""";

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static void Row(string what, List<TimeSpan> latencies, TimeSpan length) => Console.WriteLine(
        $"| {what} | {latencies.Count / length.TotalSeconds:0}/s | p50 {Figures.Milliseconds(Figures.Median(latencies))}, p99 {Figures.Milliseconds(Figures.Percentile(latencies, 99))} |");
}
