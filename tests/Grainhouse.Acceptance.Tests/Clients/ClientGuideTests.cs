using Grainhouse.Acceptance.Tests.Harness;
using Grainhouse.Client;
using k8s;
using k8s.Models;

namespace Grainhouse.Acceptance.Tests.Clients;

/// <summary>What docs/client.md shows, run.</summary>
public sealed class ClientGuideTests : IAsyncLifetime
{
    private Cluster cluster = null!;

    public async Task InitializeAsync() => cluster = await Cluster.StartAsync(new ClusterSettings { Runtime = "process" });

    public async Task DisposeAsync() => await cluster.DisposeAsync();

    [RealFact(Needs.Nothing)]
    public async Task Guide_Example_Runs()
    {
        var output = new StringWriter();
        var ended = await ExampleAsync(cluster.Kubeconfig, output);

        Assert.Equal(["greeting says hello", "Added greeting", "Modified greeting", "Deleted greeting"], output.ToString().Trim().Split(Environment.NewLine));
        Assert.True(ended);
    }

    [Fact]
    public void Guide_Example_IsWhatTheTestRuns()
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "tests/Grainhouse.Acceptance.Tests/Clients/ClientGuideTests.cs"));
        var example = lines.SkipWhile(line => line.Trim() != "// example").Skip(1).TakeWhile(line => line.Trim() != "// end of example")
            .Select(line => line.Length >= 8 ? line[8..] : "");

        Assert.Contains(string.Join('\n', example), File.ReadAllText(Path.Combine(Repository.Root, "docs/client.md")), StringComparison.Ordinal);
    }

    private static async Task<bool> ExampleAsync(string kubeconfig, TextWriter output)
    {
        // example
        using var client = GrainhouseClient.FromKubeconfig(kubeconfig);
        var maps = client.Resource<V1ConfigMap>();
        var start = await maps.ListAsync(Selection.In("default"));

        await maps.CreateAsync(new V1ConfigMap
        {
            Metadata = new V1ObjectMeta { Name = "greeting", NamespaceProperty = "default" },
            Data = new Dictionary<string, string> { ["words"] = "hello" },
        });
        var greeting = await maps.GetAsync("greeting", "default");
        await output.WriteLineAsync($"greeting says {greeting!.Data["words"]}");

        greeting.Data["words"] = "hello again";
        await maps.ReplaceAsync(greeting);
        var deleted = await maps.DeleteAsync("greeting", "default");

        await foreach (var change in maps.WatchAsync(Selection.In("default"), start.ResourceVersion))
        {
            await output.WriteLineAsync($"{change.Type} {change.Object.Metadata.Name}");
            if (change.Type == WatchChangeType.Deleted)
            {
                break;
            }
        }
        // end of example

        return deleted;
    }
}
