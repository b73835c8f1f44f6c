using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using Grainhouse.Benchmarks.Cluster;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>Writes and reads of small objects through the Kubernetes door, TLS and durable commit included.</summary>
internal static class Creates
{
    private const int InFlight = 32;
    private const int Listed = 5_000;
    private const int Lists = 20;
    private const string Warm = "warm";

    private static readonly string Value = new('x', 256);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(5);
    private static readonly Uri NamespacesPath = new("/api/v1/namespaces", UriKind.Relative);
    private static readonly Uri NodesPath = new("/api/v1/nodes", UriKind.Relative);

    public static async Task MeasureAsync(ICluster cluster, Table table)
    {
        await LoadAsync(cluster, InFlight, WarmUp, Warm, get: false);
        await RateAsync(cluster, table, $"ConfigMap creates, {InFlight} in flight", InFlight, "many", get: false);
        await RateAsync(cluster, table, $"gets, {InFlight} in flight", InFlight, Warm, get: true);
        await RateAsync(cluster, table, "creates, one at a time", 1, "single", get: false);
        await RateAsync(cluster, table, "gets, one at a time", 1, Warm, get: true);
        await FillAsync(cluster, "full");
        await ListAsync(cluster, table, $"LIST of {Listed:n0} ConfigMaps", "full", "");
        await ListAsync(cluster, table, "the same with resourceVersion=0, as an informer asks first", "full", "?resourceVersion=0");
        await RegisterNodesAsync(cluster, table);
    }

    private static async Task RateAsync(ICluster cluster, Table table, string what, int inFlight, string prefix, bool get)
    {
        var latencies = await LoadAsync(cluster, inFlight, Length, prefix, get);
        table.Add(cluster, what, Figure.Rate(latencies.Count / Length.TotalSeconds), Figure.Median(latencies), Figure.Slowest(latencies));
    }

    private static async Task<List<TimeSpan>> LoadAsync(ICluster cluster, int inFlight, TimeSpan length, string prefix, bool get)
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
                    : await cluster.Http.PostAsync(MapsPath("default"), Map($"{prefix}-{worker}-{i}"));
                answer.EnsureSuccessStatusCode();
                await answer.Content.CopyToAsync(Stream.Null);
                mine.Add(watch.Elapsed - start);
            }
        })));
        return [.. latencies.SelectMany(mine => mine)];
    }

    private static async Task FillAsync(ICluster cluster, string space)
    {
        using var made = await cluster.Http.PostAsync(NamespacesPath, Json($$$"""{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"{{{space}}}"}}"""));
        made.EnsureSuccessStatusCode();
        await ManyAsync(Listed, async number =>
        {
            using var answer = await cluster.Http.PostAsync(MapsPath(space), Map($"listed-{number}"));
            answer.EnsureSuccessStatusCode();
        });
    }

    private static async Task ListAsync(ICluster cluster, Table table, string what, string space, string query)
    {
        var samples = new List<TimeSpan>();
        for (var i = 0; i < Lists; i++)
        {
            var watch = Stopwatch.StartNew();
            await cluster.Http.GetByteArrayAsync(new Uri(MapsPath(space) + query, UriKind.Relative));
            samples.Add(watch.Elapsed);
        }

        table.Add(cluster, what, Figure.Median(samples));
    }

    // What a kubelet posts when it first comes; the join of an agent, with its certificate and its stream, is in Scale.
    private static async Task RegisterNodesAsync(ICluster cluster, Table table)
    {
        const int Nodes = 1_000;
        var latencies = new TimeSpan[Nodes];
        var watch = Stopwatch.StartNew();
        await ManyAsync(Nodes, async number =>
        {
            var start = watch.Elapsed;
            using var answer = await cluster.Http.PostAsync(NodesPath, Node($"registered-{number}"));
            answer.EnsureSuccessStatusCode();
            latencies[number] = watch.Elapsed - start;
        });
        table.Add(
            cluster, $"{Nodes:n0} nodes registered (POST of the Node, as a kubelet does), {InFlight} in flight",
            Figure.Rate(Nodes / watch.Elapsed.TotalSeconds), Figure.Median(latencies), Figure.Slowest(latencies));
    }

    private static Task ManyAsync(int count, Func<int, Task> request) => Parallel.ForAsync(
        0, count, new ParallelOptions { MaxDegreeOfParallelism = InFlight }, async (number, _) => await request(number));

    private static Uri MapsPath(string space) => new($"/api/v1/namespaces/{space}/configmaps", UriKind.Relative);

    private static ByteArrayContent Map(string name) => Json(
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{{name}}}"},"data":{"key":"{{{Value}}}"}}""");

    private static ByteArrayContent Node(string name) => Json(
        $$$"""
        {"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{name}}}","labels":{"kubernetes.io/hostname":"{{{name}}}","kubernetes.io/os":"linux","kubernetes.io/arch":"amd64"} },
        "status":{"capacity":{"cpu":"8","memory":"32Gi","pods":"110"}, "allocatable":{"cpu":"8","memory":"32Gi","pods":"110"} } }
        """);

    private static ByteArrayContent Json(string text) =>
        new(Encoding.UTF8.GetBytes(text)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
}
