using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Grainhouse.Acceptance.Tests.Harness;
using Grainhouse.Client;
using k8s;
using k8s.Models;

namespace Grainhouse.Acceptance.Tests.Clients;

/// <summary>What docs/client.md shows, run.</summary>
[Collection(LibraryCluster.Name)]
public sealed class ClientGuideTests(ProcessCluster shared)
{
    [RealFact(Needs.Nothing)]
    public async Task Guide_Objects_Runs()
    {
        var output = new StringWriter();
        var ended = await ObjectsAsync(shared.Cluster.Kubeconfig, output);

        Assert.Equal(["greeting says hello", "Added greeting", "Modified greeting", "Deleted greeting"], Lines(output));
        Assert.True(ended);
    }

    [RealFact(Needs.Nothing)]
    public async Task Guide_Pods_Runs()
    {
        var pods = shared.Client.Resource("v1", "Pod");
        await pods.CreateAsync(JsonNode.Parse("""
            {"metadata":{"name":"web","namespace":"default"},"spec":{"runtimeClassName":"process","terminationGracePeriodSeconds":1,"containers":[
            {"name":"main","image":"none","command":["sh","-c","while :; do echo serving; sleep 0.2; done"]}]}}
            """)!.AsObject());
        await Eventually.TrueAsync(
            "the pod runs", async () => (string?)(await pods.GetAsync("web", "default"))!["status"]?["phase"] == "Running", TimeSpan.FromSeconds(60));
        using var service = new TcpListener(IPAddress.Loopback, 0);
        service.Start();
        var answering = AnswerAsync(service);
        var output = new StringWriter();

        await PodsAsync(shared.Client, ((IPEndPoint)service.LocalEndpoint).Port, output);

        Assert.Equal(["wc ended with 0 and counted 5", "serving", "serving", "the port says hello"], Lines(output));
        await answering;
        await pods.DeleteAsync("web", "default");
    }

    [Theory]
    [InlineData("objects")]
    [InlineData("pods")]
    public void Guide_Example_IsWhatTheTestRuns(string name)
    {
        var lines = File.ReadAllLines(Path.Combine(Repository.Root, "tests/Grainhouse.Acceptance.Tests/Clients/ClientGuideTests.cs"));
        var example = lines.SkipWhile(line => line.Trim() != $"// example: {name}").Skip(1).TakeWhile(line => line.Trim() != "// end of example")
            .Select(line => line.Length >= 8 ? line[8..] : "").ToArray();

        Assert.NotEmpty(example);
        Assert.Contains(string.Join('\n', example), File.ReadAllText(Path.Combine(Repository.Root, "docs/client.md")), StringComparison.Ordinal);
    }

    private static string[] Lines(StringWriter output) => output.ToString().Trim().Split(Environment.NewLine);

    private static async Task AnswerAsync(TcpListener service)
    {
        using var client = await service.AcceptTcpClientAsync();
        await client.GetStream().WriteAsync("hello\n"u8.ToArray());
    }

    private static async Task PodsAsync(GrainhouseClient client, int port, TextWriter output)
    {
        // example: pods
        var pod = client.Pod("web", "default");
        var counted = await pod.RunAsync(["wc", "-c"], "hello"u8.ToArray());
        await output.WriteLineAsync($"wc ended with {counted.ExitCode} and counted {counted.Output.Trim()}");

        await foreach (var line in pod.LogAsync(new LogSettings { Follow = true }).Take(2))
        {
            await output.WriteLineAsync(line.Text);
        }

        await using var listener = pod.Listen(port);
        using var browser = new TcpClient();
        await browser.ConnectAsync(listener.LocalEndPoint);
        using var answer = new StreamReader(browser.GetStream());
        await output.WriteLineAsync($"the port says {await answer.ReadLineAsync()}");
        // end of example
    }

    private static async Task<bool> ObjectsAsync(string kubeconfig, TextWriter output)
    {
        // example: objects
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
