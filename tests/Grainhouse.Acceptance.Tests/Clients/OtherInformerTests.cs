using System.Text.Json.Nodes;
using Grainhouse.Client;

namespace Grainhouse.Acceptance.Tests.Clients;

/// <summary>Python's and Node's informers through ten thousand changes, kill -9 with a restart, and changes that the history forgot.</summary>
public sealed class OtherInformerTests
{
    private const int Names = 200;
    private const int Changes = 10_000;

    /// <summary>More changes than the history keeps.</summary>
    private const int Forgotten = 2_000;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(90);
    private const string Namespace = "default";
    private static readonly string Scripts = Path.Combine(Repository.Root, "tests", "Grainhouse.Acceptance");

    [RealFact(Needs.Node | Needs.PythonKubernetes)]
    public async Task Informers_TenThousandChangesARestartAnd410_MissNothing()
    {
        using var directory = new TemporaryDirectory();
        await using var cluster = await Cluster.StartAsync(new ClusterSettings { Runtime = "process", History = 1000 });
        await using var gate = TcpGate.To(cluster.Port);
        using var writer = GrainhouseClient.FromKubeconfig(cluster.Kubeconfig);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Scripts, "client-node")))
        {
            File.Copy(file, Path.Combine(directory.Path, Path.GetFileName(file)));
        }

        (await Command.RunAsync("npm", ["ci", "--prefix", directory.Path, "--no-audit", "--no-fund", "--silent"], timeout: TimeSpan.FromMinutes(3))).Ok();
        var config = Path.Combine(directory.Path, "through-the-gate");
        await File.WriteAllTextAsync(config, (await File.ReadAllTextAsync(cluster.Kubeconfig)).Replace($":{cluster.Port}", $":{gate.Port}", StringComparison.Ordinal));
        var environment = new Dictionary<string, string?> { ["KUBECONFIG"] = config };
        await using var node = new ChildProcess("node", [Path.Combine(directory.Path, "informer.js"), Namespace], environment);
        await using var python = new ChildProcess(
            "/usr/bin/python3", [Path.Combine(Scripts, "python-kubernetes", "informer.py"), Namespace, $"{Changes + 2}"], environment);
        ChildProcess[] informers = [node, python];
        await SeenAsync(informers, "synced");

        await WriteAsync(writer, Changes / 2, areThere: false);
        await MarkAsync(writer, informers, "mark-before");
        await cluster.KillAsync();
        await cluster.RestartAsync();
        await WriteAsync(writer, Changes / 2, areThere: true);
        await MarkAsync(writer, informers, "mark-counted");
        await gate.CloseAsync();
        await WriteAsync(writer, Forgotten, areThere: true);
        gate.Open();
        await MarkAsync(writer, informers, "mark-end");

        foreach (var informer in informers)
        {
            Assert.True(await informer.WaitForExitAsync(Bound) == 0, informer.Log);
        }
    }

    private static async Task MarkAsync(GrainhouseClient writer, ChildProcess[] informers, string name)
    {
        await writer.Resource("v1", "ConfigMap").CreateAsync(Map(name));
        await SeenAsync(informers, name);
    }

    private static Task SeenAsync(ChildProcess[] informers, string line) => Task.WhenAll(informers.Select(informer => informer.WaitForLineAsync(line, Bound)));

    // Exactly so many changes: each name is made, changed and taken away in turn, and ends made.
    private static async Task WriteAsync(GrainhouseClient writer, int changes, bool areThere)
    {
        var maps = writer.Resource("v1", "ConfigMap");
        await Parallel.ForEachAsync(Enumerable.Range(0, Names), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var name = $"map-{i}";
            var isThere = areThere;
            for (var change = 0; change < changes / Names; change++)
            {
                if (!isThere)
                {
                    await maps.CreateAsync(Map(name, change));
                }
                else if (change % 4 == 3)
                {
                    Assert.True(await maps.DeleteAsync(name, Namespace));
                }
                else
                {
                    await maps.PatchAsync(name, Namespace, ObjectPatch.Merge(new JsonObject { ["data"] = new JsonObject { ["n"] = $"{change}-{Guid.NewGuid()}" } }));
                }

                isThere = !isThere || change % 4 != 3;
            }
        });
    }

    private static JsonObject Map(string name, int change = 0) => new()
    {
        ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Namespace },
        ["data"] = new JsonObject { ["n"] = $"{change}-{Guid.NewGuid()}" },
    };
}
