using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Grainhouse.Benchmarks.Cluster;
using Grainhouse.HostAgent;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>One Deployment of 5,000 on 1,000 simulated nodes: created, bound, Ready, as a watch of the pods tells it.</summary>
internal static class Scale
{
    private const int Nodes = 1_000;
    private const int Replicas = 5_000;

    public static async Task RunAsync(int runs)
    {
        for (var run = 0; run < runs; run++)
        {
            await using var cluster = await RunningCluster.StartAsync("silo");
            await using var fleet = SimulatedFleet.Start(
                new SimulatedFleetOptions
                {
                    Nodes = Nodes,
                    Gateways = [new Uri($"https://127.0.0.1:{cluster.Port}")],
                    JoinToken = (await File.ReadAllTextAsync(Path.Combine(cluster.DataDirectory, "pki", "join.token"))).Trim(),
                    AuthorityFile = Path.Combine(cluster.DataDirectory, "pki", "ca.crt"),
                },
                TimeProvider.System,
                NullLoggerFactory.Instance);
            var joining = Stopwatch.StartNew();
            while (await CountReadyNodesAsync(cluster) < Nodes)
            {
                await Task.Delay(100);
            }

            Console.WriteLine($"| {Nodes} nodes joined and Ready | {joining.Elapsed.TotalSeconds:0.0} s | {Nodes / joining.Elapsed.TotalSeconds:0}/s; silo {cluster.CpuTime().TotalSeconds:0.0}, fleet {Environment.CpuUsage.TotalTime.TotalSeconds:0.0} CPU-seconds |");
            await PlaceAsync(cluster);
        }
    }

    private static async Task PlaceAsync(RunningCluster cluster)
    {
        await using var stream = await cluster.Http.GetStreamAsync(new Uri("/api/v1/namespaces/default/pods?watch=true", UriKind.Relative));
        using var lines = new StreamReader(stream);
        var cpu = cluster.CpuTime();
        var watch = Stopwatch.StartNew();
        using (var answer = await cluster.Http.PostAsync(new Uri("/apis/apps/v1/namespaces/default/deployments", UriKind.Relative), Body()))
        {
            answer.EnsureSuccessStatusCode();
        }

        var created = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var bound = new Dictionary<string, TimeSpan>(StringComparer.Ordinal);
        var ready = new HashSet<string>(StringComparer.Ordinal);
        TimeSpan allCreated = default, allBound = default;
        while (ready.Count < Replicas)
        {
            var line = await lines.ReadLineAsync() ?? throw new InvalidOperationException($"The watch ended when {created.Count} pods had been created and {ready.Count} were Ready.");
            using var change = JsonDocument.Parse(line);
            var pod = change.RootElement.GetProperty("object");
            var name = pod.GetProperty("metadata").GetProperty("name").GetString()!;
            if (created.TryAdd(name, watch.Elapsed) && created.Count == Replicas)
            {
                allCreated = watch.Elapsed;
            }

            if (pod.GetProperty("spec").TryGetProperty("nodeName", out _) && bound.TryAdd(name, watch.Elapsed) && bound.Count == Replicas)
            {
                allBound = watch.Elapsed;
            }

            if (IsReady(pod))
            {
                ready.Add(name);
            }
        }

        var total = watch.Elapsed;
        var delays = bound.Select(pod => pod.Value - created[pod.Key]).ToList();
        Console.WriteLine($"| {Replicas} replicas on {Nodes} nodes: all created / bound / Ready | {allCreated.TotalSeconds:0.0} / {allBound.TotalSeconds:0.0} / {total.TotalSeconds:0.0} s | {Replicas / allBound.TotalSeconds:0} bound/s, {Replicas / total.TotalSeconds:0} Ready/s |");
        Console.WriteLine($"| create to bound | p50 {Figures.Milliseconds(Figures.Median(delays))}, p99 {Figures.Milliseconds(Figures.Percentile(delays, 99))} | silo: {(cluster.CpuTime() - cpu).TotalSeconds:0.0} CPU-seconds, {cluster.ResidentBytes() / 1048576} MiB |");
    }

    private static bool IsReady(JsonElement pod) =>
        pod.TryGetProperty("status", out var status)
        && status.TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition =>
            condition.GetProperty("type").ValueEquals("Ready") && condition.GetProperty("status").ValueEquals("True"));

    private static async Task<int> CountReadyNodesAsync(RunningCluster cluster)
    {
        using var list = JsonDocument.Parse(await cluster.Http.GetByteArrayAsync(new Uri("/api/v1/nodes", UriKind.Relative)));
        return list.RootElement.GetProperty("items").EnumerateArray().Count(IsReady);
    }

    private static ByteArrayContent Body()
    {
        const string Json = """
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"scale"},"spec":{"replicas":5000,
             "selector":{"matchLabels":{"app":"scale"}},
             "template":{"metadata":{"labels":{"app":"scale"}},
              "spec":{"containers":[{"name":"main","image":"simulated:1","resources":{"requests":{"cpu":"100m","memory":"64Mi"}}}]}}}}
            """;
        return new ByteArrayContent(Encoding.UTF8.GetBytes(Json)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }
}
