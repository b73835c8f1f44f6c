using System.Diagnostics;
using Xunit.Abstractions;

namespace Grainhouse.Acceptance.Tests.Restarts;

/// <summary>kill -9 of a container's process.</summary>
[Collection(Alone.Name)]
public sealed class ContainerKillTests(SharedCluster shared, ITestOutputHelper output) : NamespacedTests(shared)
{
    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Kill_TheContainersProcess_RunsAgainWithinTwoSeconds()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("victim"));
        await Kubectl.RolledOutAsync("victim");
        var first = Assert.Single(await DockerCli.ContainersOfAsync(Kubectl, "pods -l app=victim"));
        var path = $"/api/v1/namespaces/{Kubectl.Namespace}/pods?labelSelector=app%3Dvictim";
        var pid = await DockerCli.ProcessIdAsync(first);

        var watch = Stopwatch.StartNew();
        using (var process = Process.GetProcessById(pid))
        {
            process.Kill();
        }

        var status = await Eventually.GetAsync(
            "a second life of the container",
            async () => (await Cluster.Api.GetAsync(path)).Json.GetProperty("items")[0].GetProperty("status").GetProperty("containerStatuses")[0],
            status => status.GetProperty("restartCount").GetInt32() == 1 && status.GetProperty("state").TryGetProperty("running", out _),
            TimeSpan.FromSeconds(10));
        var taken = watch.Elapsed;

        output.WriteLine($"kill -9 to running again: {taken.TotalMilliseconds:f0} ms");
        Assert.True(taken < TimeSpan.FromSeconds(2), $"It took {taken.TotalSeconds:f2} s.");
        Assert.NotEqual($"docker://{first}", status.GetProperty("containerID").GetString());
        Assert.True(await DockerCli.RunsAsync(status.GetProperty("containerID").GetString()!["docker://".Length..]));
        Assert.Equal(137, status.GetProperty("lastState").GetProperty("terminated").GetProperty("exitCode").GetInt32());
    }
}
