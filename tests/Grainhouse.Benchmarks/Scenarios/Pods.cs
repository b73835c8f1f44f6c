using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Benchmarks.Cluster;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>From the API request until the server says that all replicas are ready, and from the deletion until nothing runs.</summary>
internal static class Pods
{
    private const string Image = "grainhouse-bench/busybox:1";
    private const string Shell = "trap 'exit 0' TERM; while :; do sleep 3600 & wait; done";

    public static async Task RunAsync(int runs)
    {
        await PrepareImageAsync();
        await using var cluster = await RunningCluster.StartAsync("up", "--runtime", "docker");
        await StartAndDeleteAsync(cluster, 1, process: false);
        foreach (var replicas in new[] { 1, 10, 30 })
        {
            var ready = new List<TimeSpan>();
            var gone = new List<TimeSpan>();
            var bare = new List<TimeSpan>();
            for (var run = 0; run < runs; run++)
            {
                var (start, end) = await StartAndDeleteAsync(cluster, replicas, process: false);
                ready.Add(start);
                gone.Add(end);
                bare.Add(await DockerRunAsync(replicas));
            }

            var ratio = Figures.Median(ready) / Figures.Median(bare);
            Console.WriteLine($"| {replicas} pods, create to Ready | {Figures.Spread(ready)} | docker run, {Math.Min(replicas, 4)} at a time: {Figures.Spread(bare)} | {ratio:0.00} |");
            Console.WriteLine($"| {replicas} pods, delete to containers gone | {Figures.Spread(gone)} | | |");
        }
    }

    public static async Task RunProcessesAsync(int runs)
    {
        await using var cluster = await RunningCluster.StartAsync("up", "--runtime", "process");
        await StartAndDeleteAsync(cluster, 1, process: true);
        foreach (var replicas in new[] { 1, 10, 30 })
        {
            var ready = new List<TimeSpan>();
            var gone = new List<TimeSpan>();
            for (var run = 0; run < runs; run++)
            {
                var (start, end) = await StartAndDeleteAsync(cluster, replicas, process: true);
                ready.Add(start);
                gone.Add(end);
            }

            Console.WriteLine($"| {replicas} processes, create to Ready | {Figures.Spread(ready)} |");
            Console.WriteLine($"| {replicas} processes, delete to gone | {Figures.Spread(gone)} |");
        }
    }

    private static async Task<(TimeSpan Ready, TimeSpan Gone)> StartAndDeleteAsync(RunningCluster cluster, int replicas, bool process)
    {
        const string Deployments = "/apis/apps/v1/namespaces/default/deployments";
        var watch = Stopwatch.StartNew();
        using (var answer = await cluster.Http.PostAsync(new Uri(Deployments, UriKind.Relative), Body(replicas, process)))
        {
            answer.EnsureSuccessStatusCode();
        }

        await WaitAsync(cluster, "/apis/apps/v1/deployments?watch=true&fieldSelector=metadata.name%3Dbench", change =>
            change["object"]?["status"]?["readyReplicas"]?.GetValue<int>() == replicas);
        var ready = watch.Elapsed;

        watch.Restart();
        using (var answer = await cluster.Http.DeleteAsync(new Uri($"{Deployments}/bench", UriKind.Relative)))
        {
            answer.EnsureSuccessStatusCode();
        }

        // The agent reports a pod finished, and the pod vanishes, only once its containers and their sandbox are gone.
        while (await CountPodsAsync(cluster) > 0)
        {
            await Task.Delay(5);
        }

        return (ready, watch.Elapsed);
    }

    private static async Task<int> CountPodsAsync(RunningCluster cluster)
    {
        var list = JsonNode.Parse(await cluster.Http.GetByteArrayAsync(new Uri("/api/v1/namespaces/default/pods", UriKind.Relative)));
        return list!["items"]!.AsArray().Count;
    }

    private static async Task WaitAsync(RunningCluster cluster, string path, Func<JsonNode, bool> done)
    {
        await using var stream = await cluster.Http.GetStreamAsync(new Uri(path, UriKind.Relative));
        using var lines = new StreamReader(stream);
        while (await lines.ReadLineAsync() is { } line)
        {
            if (done(JsonNode.Parse(line)!))
            {
                return;
            }
        }

        throw new InvalidOperationException($"The watch {path} ended early.");
    }

    private static ByteArrayContent Body(int replicas, bool process)
    {
        var container = new JsonObject { ["name"] = "main", ["command"] = new JsonArray("/bin/sh", "-c", Shell) };
        var spec = new JsonObject { ["containers"] = new JsonArray(container) };
        if (process)
        {
            spec["runtimeClassName"] = "process";
        }
        else
        {
            container["image"] = Image;
        }

        var document = new JsonObject
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "Deployment",
            ["metadata"] = new JsonObject { ["name"] = "bench" },
            ["spec"] = new JsonObject
            {
                ["replicas"] = replicas,
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { ["app"] = "bench" } },
                ["template"] = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["app"] = "bench" } }, ["spec"] = spec },
            },
        };
        return new ByteArrayContent(Encoding.UTF8.GetBytes(document.ToJsonString())) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
    }

    /// <summary>The bare limit: as many containers by the engine's own client, four clients at a time.</summary>
    private static async Task<TimeSpan> DockerRunAsync(int count)
    {
        var watch = Stopwatch.StartNew();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
            await DockerAsync("run", "-d", "--name", $"grainhouse-bench-{i}", Image, "/bin/sh", "-c", Shell));
        var took = watch.Elapsed;
        await DockerAsync(["rm", "-f", .. Enumerable.Range(0, count).Select(i => $"grainhouse-bench-{i}")]);
        return took;
    }

    private static async Task PrepareImageAsync()
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"""
            d=$(mktemp -d) && mkdir -p $d/bin $d/tmp && cp /bin/busybox $d/bin/ && for c in sh sleep; do ln -s busybox $d/bin/$c; done &&
            tar -C $d -c . | docker import - {Image} >/dev/null; rm -rf $d
            """]))!;
        await shell.WaitForExitAsync();
    }

    private static async Task DockerAsync(params string[] arguments)
    {
        using var docker = Process.Start(new ProcessStartInfo("docker", arguments) { RedirectStandardOutput = true })!;
        await docker.StandardOutput.ReadToEndAsync();
        await docker.WaitForExitAsync();
        if (docker.ExitCode != 0)
        {
            throw new InvalidOperationException($"docker {arguments[0]} ended with {docker.ExitCode}.");
        }
    }
}
