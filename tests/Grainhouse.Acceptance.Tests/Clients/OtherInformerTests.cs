using System.Text.Json.Nodes;
using Grainhouse.Client;

namespace Grainhouse.Acceptance.Tests.Clients;

/// <summary>Python's and Node's informers through ten thousand changes, kill -9 with a restart, and changes that the history forgot.</summary>
public sealed class OtherInformerTests
{
    private const int Names = 200;
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
        var bound = TimeSpan.FromMinutes(3);
        var node = Command.RunAsync("node", [Path.Combine(directory.Path, "informer.js"), Namespace], timeout: bound, environment: environment);
        var python = Command.RunAsync(
            "/usr/bin/python3", [Path.Combine(Scripts, "python-kubernetes", "informer.py"), Namespace], timeout: bound, environment: environment);

        await WriteAsync(writer, 4000);
        await cluster.KillAsync();
        await cluster.RestartAsync();
        await WriteAsync(writer, 3000);
        await gate.CloseAsync();
        await WriteAsync(writer, 3000);
        gate.Open();
        await writer.Resource("v1", "ConfigMap").CreateAsync(Map("end"));

        (await python).Ok();
        (await node).Ok();
    }

    // Each name is made, changed and deleted in turn, and ends wherever it is.
    private static async Task WriteAsync(GrainhouseClient writer, int changes)
    {
        var maps = writer.Resource("v1", "ConfigMap");
        await Parallel.ForEachAsync(Enumerable.Range(0, Names), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            var name = $"map-{i}";
            for (var change = i % 4; change < (i % 4) + (changes / Names); change++)
            {
                if (change % 4 == 3 && await maps.DeleteAsync(name, Namespace))
                {
                    continue;
                }

                await maps.ApplyAsync(Map(name, change), "writer");
            }
        });
    }

    private static JsonObject Map(string name, int change = 0) => new()
    {
        ["apiVersion"] = "v1", ["kind"] = "ConfigMap", ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = Namespace },
        ["data"] = new JsonObject { ["n"] = $"{change}-{Guid.NewGuid()}" },
    };
}
