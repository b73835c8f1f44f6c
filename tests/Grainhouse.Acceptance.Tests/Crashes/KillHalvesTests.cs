using System.Diagnostics;
using Xunit.Abstractions;

namespace Grainhouse.Acceptance.Tests.Crashes;

/// <summary>kill -9 of the agent alone, and of the silo alone.</summary>
[Collection(Alone.Name)]
public sealed class KillHalvesTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const Needs DockerAndKubectl = Needs.Docker | Needs.Kubectl;
    private static readonly TimeSpan StatusBound = TimeSpan.FromSeconds(3);
    private SplitCluster cluster = null!;
    private string[] containers = [];

    public async Task InitializeAsync()
    {
        cluster = await SplitCluster.StartAsync();
        await cluster.Kubectl.ApplyAsync(Manifests.Deployment("stay", replicas: 2));
        await cluster.Kubectl.RolledOutAsync("stay");
        containers = await DockerCli.ContainersOfAsync(cluster.Kubectl, "pods -l app=stay");
    }

    public async Task DisposeAsync() => await cluster.DisposeAsync();

    [RealFact(DockerAndKubectl)]
    public async Task KillAgent_ContainersRunOnAndAreAdopted_StatusIsRightWithinThreeSeconds()
    {
        await cluster.Agent!.KillAsync();
        Assert.All(await Task.WhenAll(containers.Select(DockerCli.RunsAsync)), Assert.True);
        await DockerCli.OkAsync("kill", "--signal", "KILL", containers[0]);

        var watch = Stopwatch.StartNew();
        await cluster.RestartAgentAsync();
        await StatusSaysAsync("[0,1]", watch, "agent's restart");

        var after = await DockerCli.ContainersOfAsync(cluster.Kubectl, "pods -l app=stay");
        Assert.Contains(containers[1], after);
        Assert.DoesNotContain(containers[0], after);
    }

    [RealFact(DockerAndKubectl)]
    public async Task KillSilo_AgentRestartsACrashedContainer_StatusIsRightWithinThreeSecondsOfTheRestart()
    {
        await cluster.Silo.KillAsync();
        await DockerCli.OkAsync("kill", "--signal", "KILL", containers[0]);
        var network = await DockerCli.OkAsync("inspect", "--format", "{{.HostConfig.NetworkMode}}", containers[0]);
        Assert.StartsWith("container:", network, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () => $"the agent to have started the container again with the silo away:\n{cluster.Agent!.Log}",
            async () => await JoinedToAsync(network["container:".Length..]) is [var again] && again != containers[0],
            TimeSpan.FromSeconds(10));
        Assert.True(await DockerCli.RunsAsync(containers[1]));

        await cluster.RestartSiloAsync();
        await StatusSaysAsync("[0,1]", Stopwatch.StartNew(), "silo's restart");
    }

    // Both ready; one was restarted once, the other never.
    private async Task StatusSaysAsync(string restarts, Stopwatch since, string what)
    {
        var seen = "";
        await Eventually.TrueAsync(
            () => $"ready pods with restart counts {restarts}; last seen: {seen}\nSilo:\n{cluster.Silo.Log}\nAgent:\n{cluster.Agent!.Log}",
            async () => (seen = await SummaryAsync()) == restarts,
            TimeSpan.FromSeconds(20));
        output.WriteLine($"{what} to right status: {since.Elapsed.TotalMilliseconds:f0} ms");
        Assert.True(since.Elapsed < StatusBound, $"It took {since.Elapsed.TotalSeconds:f2} s.");
    }

    private async Task<string> SummaryAsync()
    {
        var pods = (await cluster.Api.GetAsync("/api/v1/namespaces/default/pods?labelSelector=app%3Dstay")).Json.GetProperty("items").EnumerateArray();
        var statuses = pods.Select(pod => pod.GetProperty("status").GetProperty("containerStatuses")[0]).ToArray();
        return statuses.All(status => status.GetProperty("ready").GetBoolean())
            ? $"[{string.Join(',', statuses.Select(status => status.GetProperty("restartCount").GetInt32()).Order())}]"
            : string.Join('\n', statuses);
    }

    /// <summary>The running containers in a sandbox's network.</summary>
    private static async Task<string[]> JoinedToAsync(string sandbox) =>
        (await DockerCli.OkAsync("ps", "--no-trunc", "--format", "{{.ID}}", "--filter", $"label=io.grainhouse.sandbox={sandbox}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
