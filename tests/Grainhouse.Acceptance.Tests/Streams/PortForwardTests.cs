using System.Net;
using System.Text.RegularExpressions;

namespace Grainhouse.Acceptance.Tests.Streams;

/// <summary>kubectl port-forward: SPDY through a WebSocket, and SPDY as it was.</summary>
public sealed partial class PortForwardTests(SharedCluster shared) : StreamPods(shared)
{
    [RealFact(Needs.Docker | Needs.Kubectl)]
    public Task PortForward_ByThisKubectl() => TryAsync(Kubectl);

    [RealFact(Needs.Docker | Needs.Kubectl | Needs.OldKubectl)]
    public Task PortForward_OverSpdy() => TryAsync(Kubectl.Of(Requirements.OldKubectl));

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task PortForward_DeploymentAndService_LeadToAPod()
    {
        await Kubectl.ApplyAsync(Manifests.Serving("web", 1));
        await Kubectl.OkAsync("expose", "deployment", "web", "--port=80", "--target-port=8080");
        await Kubectl.RolledOutAsync("web");

        foreach (var (target, port) in new[] { ("deployment/web", 8080), ("service/web", 80) })
        {
            await using var forward = Kubectl.Start("port-forward", target, $":{port}");
            using var client = new HttpClient();
            Assert.Equal("ok\n", await client.GetStringAsync($"http://127.0.0.1:{await PortAsync(forward)}/health"));
        }
    }

    private static async Task TryAsync(Kubectl kubectl)
    {
        await using var forward = kubectl.Start("port-forward", $"pod/{Docker}", ":8080", ":9");
        var port = await PortAsync(forward);
        using var client = new HttpClient();

        // One after the other, and then many at once, each on a connection of its own.
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal("served\n", await client.GetStringAsync($"http://127.0.0.1:{port}/index.html"));
        }

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => client.GetStringAsync($"http://127.0.0.1:{port}/index.html")));
        Assert.All(answers, answer => Assert.Equal("served\n", answer));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync($"http://127.0.0.1:{port}/nothing")).StatusCode);

        var closed = int.Parse(Forwarding().Matches(forward.Log).Single(match => match.Groups[2].Value == "9").Groups[1].Value);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync($"http://127.0.0.1:{closed}/"));
        await forward.WaitForLineAsync("connection refused", TimeSpan.FromSeconds(10));
    }

    private static async Task<int> PortAsync(ChildProcess forward)
    {
        await forward.WaitForLineAsync("Forwarding from 127.0.0.1:", TimeSpan.FromSeconds(20));
        return int.Parse(Forwarding().Match(forward.Log).Groups[1].Value);
    }

    [GeneratedRegex(@"Forwarding from 127\.0\.0\.1:(\d+) -> (\d+)")]
    private static partial Regex Forwarding();
}
