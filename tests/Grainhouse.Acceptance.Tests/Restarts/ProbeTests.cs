namespace Grainhouse.Acceptance.Tests.Restarts;

/// <summary>What failing probes do.</summary>
public sealed class ProbeTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const string Slices = "endpointslices -l kubernetes.io/service-name=shy";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(25);

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Liveness_ThatFails_RestartsTheContainer()
    {
        await Kubectl.ApplyAsync(Manifests.Pod(
            "sick",
            "touch /tmp/healthy; (sleep 3; rm /tmp/healthy) & trap 'exit 0' TERM; sleep 1000 & wait",
            containerExtra: """livenessProbe: { exec: { command: [test, -e, /tmp/healthy] }, periodSeconds: 1, failureThreshold: 2 }"""));

        await Eventually.GetAsync(
            "a restart", () => Kubectl.ValueAsync("pod sick", "{.status.containerStatuses[0].restartCount}"), count => count is not ("" or "0"), Bound);

        var described = await Kubectl.OkAsync("describe", "pod", "sick");
        Assert.Matches(@"Warning +Unhealthy .*Liveness probe failed", described);
        Assert.Matches(@"Normal +Killing .*failed liveness probe, will be restarted", described);
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Readiness_ThatFails_LeavesTheEndpointSliceAndComesBack()
    {
        await Kubectl.ApplyAsync(Manifests.Pod(
            "shy",
            "touch /tmp/ready; trap 'exit 0' TERM; sleep 1000 & wait",
            containerExtra: """readinessProbe: { exec: { command: [test, -e, /tmp/ready] }, periodSeconds: 1, failureThreshold: 1 }"""));
        await Kubectl.OkAsync("expose", "pod/shy", "--port=80");
        await ReadyAsync("true");
        var container = Assert.Single(await DockerCli.ContainersOfAsync(Kubectl, "pods -l app=shy"));

        await DockerCli.OkAsync("exec", container, "rm", "/tmp/ready");
        await ReadyAsync("false");
        Assert.Equal("0", await Kubectl.ValueAsync("pod shy", "{.status.containerStatuses[0].restartCount}"));

        await DockerCli.OkAsync("exec", container, "touch", "/tmp/ready");
        await ReadyAsync("true");
    }

    private Task<string> ReadyAsync(string expected) => Eventually.GetAsync(
        $"endpoint ready {expected}",
        () => Kubectl.ValueAsync(Slices, "{.items[*].endpoints[*].conditions.ready}"),
        seen => seen == expected,
        Bound);
}
