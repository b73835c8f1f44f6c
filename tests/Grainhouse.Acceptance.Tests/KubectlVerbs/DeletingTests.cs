using System.Diagnostics;

namespace Grainhouse.Acceptance.Tests.KubectlVerbs;

/// <summary>delete: background, foreground, orphan, and with a grace period.</summary>
public sealed class DeletingTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const Needs DockerAndKubectl = Needs.Docker | Needs.Kubectl;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [RealFact(DockerAndKubectl)]
    public async Task Delete_InBackground_RemovesReplicaSetsPodsAndContainersToo()
    {
        var container = await RunningAsync();

        Assert.Contains("deployment.apps \"app\" deleted", await Kubectl.OkAsync("delete", "deployment/app"), StringComparison.Ordinal);

        await Eventually.TrueAsync("nothing left", async () => (await Kubectl.OkAsync("get", "rs,pods", "-o", "name")).Length == 0, Bound);
        Assert.False(await DockerCli.RunsAsync(container));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Delete_InForeground_ReturnsOnceTheDependentsAreGone()
    {
        var container = await RunningAsync();

        await Kubectl.OkAsync("delete", "deployment/app", "--cascade=foreground", "--timeout=30s");

        Assert.Empty(await Kubectl.OkAsync("get", "deployments,rs,pods", "-o", "name"));
        Assert.False(await DockerCli.RunsAsync(container));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Delete_Orphaning_LeavesTheReplicaSetWithoutOwner()
    {
        var container = await RunningAsync();

        await Kubectl.OkAsync("delete", "deployment/app", "--cascade=orphan", "--timeout=30s");

        Assert.Equal("1", await Kubectl.ValueAsync("rs", "{.items[0].status.readyReplicas}"));
        Assert.Empty(await Kubectl.ValueAsync("rs", "{.items[0].metadata.ownerReferences}"));
        Assert.True(await DockerCli.RunsAsync(container));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Delete_WithGracePeriod_KillsWhatIgnoresTheSignal()
    {
        await Kubectl.ApplyAsync(Manifests.Pod("deaf", "trap '' TERM; while true; do sleep 1; done"));
        await Kubectl.OkAsync("wait", "--for=condition=Ready", "pod/deaf", "--timeout=20s");
        var container = Assert.Single(await DockerCli.ContainersOfAsync(Kubectl, "pods -l app=deaf"));
        var watch = Stopwatch.StartNew();

        await Kubectl.OkAsync("delete", "pod/deaf", "--grace-period=3");

        Assert.InRange(watch.Elapsed.TotalSeconds, 2.5, 12);
        Assert.False(await DockerCli.RunsAsync(container));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Delete_ByForce_IsImmediate()
    {
        await Kubectl.ApplyAsync(Manifests.Pod("deaf", "trap '' TERM; while true; do sleep 1; done"));
        await Kubectl.OkAsync("wait", "--for=condition=Ready", "pod/deaf", "--timeout=20s");
        var container = Assert.Single(await DockerCli.ContainersOfAsync(Kubectl, "pods -l app=deaf"));

        await Kubectl.OkAsync("delete", "pod/deaf", "--grace-period=0", "--force");

        await Eventually.TrueAsync("the container gone", async () => !await DockerCli.RunsAsync(container), TimeSpan.FromSeconds(5));
    }

    private async Task<string> RunningAsync()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("app"));
        await Kubectl.RolledOutAsync("app");
        return Assert.Single(await DockerCli.ContainersOfAsync(Kubectl, "pods -l app=app"));
    }
}
