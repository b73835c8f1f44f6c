using System.Diagnostics;
using System.Text;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Silo;
using Grainhouse.Storage;
using Grainhouse.Testing.Network;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Grainhouse.Benchmarks.Scenarios;

/// <summary>A silo over a store full of running pods: how fast their grains wake, and what an idle pod costs in memory, its object included.</summary>
internal static class IdlePods
{
    private const int PodsPerNode = 100;
    private const int Callers = 64;
    private const int InARow = 20;

    private static readonly TimeSpan Prompt = TimeSpan.FromMilliseconds(50);

    public static Task RunAsync(int runs) => RunAsync(runs, 100_000);

    public static Task RunMillionAsync(int runs) => RunAsync(runs, 1_000_000);

    private static async Task RunAsync(int runs, int pods)
    {
        for (var run = 0; run < runs; run++)
        {
            var empty = await MeasureAsync(0);
            var full = await MeasureAsync(pods);
            Console.WriteLine($"| {pods:n0} pods: start of the silo; from then on until calls are answered within {Prompt.TotalMilliseconds:0} ms | {full.Start.TotalSeconds:0.0} s; {full.Look.TotalSeconds:0.0} s | {(full.Cached - empty.Cached) / pods:n0} bytes a pod, {full.Document:n0} of them its document |");
            Console.WriteLine($"| {pods:n0} pods: each grain called once, {full.Late} calls twice for want of an answer | {pods / full.Waking.TotalSeconds:n0} activations/s | {(full.Awake - empty.Cached) / pods:n0} bytes a pod with its activation |");
        }
    }

    private static async Task<Measured> MeasureAsync(int pods)
    {
        var directory = Directory.CreateTempSubdirectory("grainhouse-bench-");
        try
        {
            await FillAsync(directory.FullName, pods);
            var watch = Stopwatch.StartNew();
            await using var silo = await SiloHost.CreateAsync(new SiloOptions { DataDirectory = directory.FullName, Port = FreePort.Next(), LogToConsole = false, NodeLease = TimeSpan.FromHours(1) });
            await silo.StartAsync();
            var start = watch.Elapsed;
            var grains = silo.Services.GetRequiredService<IGrainFactory>();
            await UntilPromptAsync(grains);
            var look = watch.Elapsed - start;
            var cached = GC.GetTotalMemory(forceFullCollection: true);
            var (waking, late) = await WakeAsync(grains, pods);
            var awake = GC.GetTotalMemory(forceFullCollection: true);
            await silo.StopAsync();
            return new Measured(start, look, cached, waking, late, awake, Pod(0).Length);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task FillAsync(string directory, int pods)
    {
        await using var services = new ServiceCollection()
            .AddLogging()
            .AddSingleton(TimeProvider.System)
            .AddStorage(new StorageOptions { Path = Path.Combine(directory, "grainhouse.db") })
            .BuildServiceProvider();
        await services.GetRequiredService<IStorageStartup>().StartAsync();
        var store = services.GetRequiredService<IObjectStore>();
        var writes = Enumerable.Range(0, pods / PodsPerNode).Select(node => new StoreWrite($"nodes//{NodeName(node)}", 0, Node(node)))
            .Concat(Enumerable.Range(0, pods).Select(pod => new StoreWrite($"pods/default/{PodName(pod)}", 0, Pod(pod))));
        foreach (var batch in writes.Chunk(1_000))
        {
            if ((await store.CommitAsync([.. batch])).Any(outcome => !outcome.Committed))
            {
                throw new InvalidOperationException("A pod was not committed.");
            }
        }
    }

    // A silo that has only just started looks at everything once, and idle pods are what there is afterwards.
    private static async Task UntilPromptAsync(IGrainFactory grains)
    {
        for (var prompt = 0; prompt < InARow;)
        {
            var watch = Stopwatch.StartNew();
            try
            {
                await grains.GetGrain<IObjectGrain>("namespaces//default").GetAsync();
                prompt = watch.Elapsed < Prompt ? prompt + 1 : 0;
                await Task.Delay(Prompt);
            }
            catch (TimeoutException)
            {
                prompt = 0;
            }
        }
    }

    private static async Task<(TimeSpan Length, int Late)> WakeAsync(IGrainFactory grains, int pods)
    {
        var watch = Stopwatch.StartNew();
        var next = -1;
        var late = 0;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => Task.Run(async () =>
        {
            for (var pod = Interlocked.Increment(ref next); pod < pods; pod = Interlocked.Increment(ref next))
            {
                var grain = grains.GetGrain<IObjectGrain>($"pods/default/{PodName(pod)}");
                try
                {
                    await grain.GetAsync();
                }
                catch (TimeoutException)
                {
                    Interlocked.Increment(ref late);
                    await grain.GetAsync();
                }
            }
        })));
        return (watch.Elapsed, late);
    }

    private static string NodeName(int node) => $"node-{node}";

    private static string PodName(int pod) => $"web-{pod / 1000:x8}-{pod % 1000:000}";

    private static byte[] Node(int node) => Encoding.UTF8.GetBytes(
        $$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{NodeName(node)}}}","uid":"{{{Guid.NewGuid()}}}","creationTimestamp":"2026-01-01T00:00:00Z"},"spec":{},"status":{"capacity":{"cpu":"64","memory":"256Gi","pods":"250"},"allocatable":{"cpu":"64","memory":"256Gi","pods":"250"},"conditions":[{"type":"Ready","status":"True"}]} }""");

    // As the API stores a pod of a Deployment that runs.
    private static byte[] Pod(int pod) => Encoding.UTF8.GetBytes(
        $$$"""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{{PodName(pod)}}}","generateName":"web-{{{pod / 1000:x8}}}-","namespace":"default","uid":"{{{Guid.NewGuid()}}}","creationTimestamp":"2026-01-01T00:00:00Z","labels":{"app":"web","pod-template-hash":"{{{pod / 1000:x8}}}"} },"spec":{"volumes":[],"containers":[{"name":"main","image":"registry.example/team/web:1.2.3","ports":[{"containerPort":8080,"protocol":"TCP"}],"resources":{"requests":{"cpu":"100m","memory":"64Mi"}},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","imagePullPolicy":"IfNotPresent"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","serviceAccountName":"default","nodeName":"{{{NodeName(pod / PodsPerNode)}}}","schedulerName":"default-scheduler"},"status":{"phase":"Running","conditions":[{"type":"PodScheduled","status":"True"},{"type":"Initialized","status":"True"},{"type":"ContainersReady","status":"True"},{"type":"Ready","status":"True"}],"hostIP":"10.0.0.1","podIP":"10.1.0.1","startTime":"2026-01-01T00:00:01Z","containerStatuses":[{"name":"main","state":{"running":{"startedAt":"2026-01-01T00:00:02Z"}},"lastState":{},"ready":true,"restartCount":0,"image":"registry.example/team/web:1.2.3","imageID":"sha256:0","containerID":"docker://0","started":true}],"qosClass":"Burstable"} }
        """);

    private sealed record Measured(TimeSpan Start, TimeSpan Look, long Cached, TimeSpan Waking, int Late, long Awake, int Document);
}
