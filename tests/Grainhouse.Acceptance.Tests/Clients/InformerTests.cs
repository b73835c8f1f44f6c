using System.Text.Json.Nodes;
using Grainhouse.Acceptance.Tests.Harness;
using Grainhouse.Client;
using k8s;
using k8s.Models;

namespace Grainhouse.Acceptance.Tests.Clients;

/// <summary>The .NET library's informer on a cluster that is restarted under it, over a way that is cut, past a history that is compacted.</summary>
public sealed class InformerTests : IAsyncLifetime
{
    private const int History = 100;
    private const string Namespace = "default";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private Cluster cluster = null!;
    private TcpGate gate = null!;
    private GrainhouseClient watcher = null!;
    private GrainhouseClient writer = null!;

    public async Task InitializeAsync()
    {
        cluster = await Cluster.StartAsync(new ClusterSettings { Runtime = "process", History = History });
        gate = TcpGate.To(cluster.Port);
        watcher = ClientThrough(gate);
        writer = GrainhouseClient.FromKubeconfig(cluster.Kubeconfig);
    }

    public async Task DisposeAsync()
    {
        watcher.Dispose();
        writer.Dispose();
        await gate.DisposeAsync();
        await cluster.DisposeAsync();
    }

    [RealFact(Needs.Nothing)]
    public async Task Informer_RestartsCutsAndACompactedHistory_FinalStateNeitherMissedNorDoubled()
    {
        var ledger = new InformerLedger();
        var informer = watcher.Resource<V1ConfigMap>().Informer(Selection.In(Namespace));
        using var listening = informer.Subscribe(ledger.Note);
        using var stop = new CancellationTokenSource();
        var running = informer.RunAsync(stop.Token);
        await informer.WaitForSyncAsync().WaitAsync(Bound);

        await WriteAsync(0, 40);
        await SameAsync(informer, ledger, "after the first writes");

        gate.Cut();
        await WriteAsync(20, 60);
        await SameAsync(informer, ledger, "after a cut");

        await cluster.KillAsync();
        await cluster.RestartAsync();
        await WriteAsync(40, 80);
        await SameAsync(informer, ledger, "after kill -9 and restart");

        await gate.CloseAsync();
        for (var round = 0; round < 4; round++)
        {
            // Past the history: the watch cannot go on where it was, and objects have gone and come again under their names.
            await WriteAsync(0, 60);
        }

        gate.Open();
        await SameAsync(informer, ledger, "after changes that the history forgot");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.True(ledger.Changes > 100, $"{ledger.Changes} changes are too few to mean anything");
    }

    [RealFact(Needs.Nothing)]
    public async Task Watch_ServerRestarted_GoesOnWhereItWas()
    {
        var seen = new List<string>();
        using var stop = new CancellationTokenSource(Bound);
        var maps = writer.Resource("v1", "ConfigMap");
        var from = (await maps.ListAsync(Selection.In(Namespace))).ResourceVersion;
        var watching = Task.Run(async () =>
        {
            await foreach (var change in watcher.Resource("v1", "ConfigMap").WatchAsync(Selection.In(Namespace), from, cancellationToken: stop.Token))
            {
                seen.Add($"{change.Type} {change.Object["metadata"]!["name"]}");
                if (seen.Count == 3)
                {
                    return;
                }
            }
        });

        await maps.CreateAsync(Map("before"));
        await cluster.KillAsync();
        await cluster.RestartAsync();
        await Eventually.TrueAsync("a write after the restart", async () => await TryAsync(() => maps.CreateAsync(Map("after"))), Bound);
        await maps.DeleteAsync("before", Namespace);
        await watching.WaitAsync(Bound);

        Assert.Equal(["Added before", "Added after", "Deleted before"], seen);
    }

    private GrainhouseClient ClientThrough(TcpGate way)
    {
        var configuration = KubernetesClientConfiguration.BuildConfigFromConfigFile(cluster.Kubeconfig);
        configuration.Host = $"https://127.0.0.1:{way.Port}";
        return new GrainhouseClient(configuration);
    }

    // Creates, changes and deletes, so that a third of the names is there at the end.
    private async Task WriteAsync(int from, int to)
    {
        var maps = writer.Resource("v1", "ConfigMap");
        await Parallel.ForEachAsync(Enumerable.Range(from, to - from), new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var name = $"map-{i}";
            if (!await maps.DeleteAsync(name, Namespace))
            {
                await maps.CreateAsync(Map(name));
                await maps.PatchAsync(name, Namespace, ObjectPatch.Merge(new JsonObject { ["data"] = new JsonObject { ["n"] = $"{i}" } }));
            }
        });
    }

    private async Task SameAsync(Informer<V1ConfigMap> informer, InformerLedger ledger, string when)
    {
        var truth = InformerLedger.Describe((await writer.Resource<V1ConfigMap>().ListAsync(Selection.In(Namespace))).Items);
        await Eventually.GetAsync($"the store {when}", () => Task.FromResult(InformerLedger.Describe(informer.List())), found => found == truth, Bound);
        await Eventually.GetAsync($"what was told {when}", () => Task.FromResult(ledger.Final()), found => found == truth, Bound);
    }

    private static async Task<bool> TryAsync(Func<Task> act)
    {
        try
        {
            await act();
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static JsonObject Map(string name) => new()
    {
        ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Namespace },
    };
}
