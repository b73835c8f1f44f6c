namespace Grainhouse.Acceptance.Tests.Restarts;

/// <summary>Readiness gates: conditions that others set count for Ready, and outlive the agent's reports.</summary>
public sealed class ReadinessGateTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const string Ready = """{.status.conditions[?(@.type=="Ready")].status}""";
    private const string Gate = """{.status.conditions[?(@.type=="example.com/gate")].status}""";
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Gate_SetThroughTheApi_DecidesWhetherThePodIsReady()
    {
        await Kubectl.ApplyAsync(Manifests.Pod("gated", Manifests.Idle) + "\n  readinessGates: [ { conditionType: example.com/gate } ]\n");
        await Seen("""{.status.conditions[?(@.type=="ContainersReady")].status}""", "True");
        Assert.Equal("False", await Kubectl.ValueAsync("pod gated", Ready));

        await SetAsync("True");
        await Seen(Ready, "True");
        await SetAsync("False");
        await Seen(Ready, "False");
        Assert.Equal("ReadinessGatesNotReady", await Kubectl.ValueAsync("pod gated", """{.status.conditions[?(@.type=="Ready")].reason}"""));
        await SetAsync("True");
        await Seen(Ready, "True");

        // A restart makes the agent report anew: the gate is not the agent's to change.
        await DockerCli.OkAsync("kill", "--signal", "KILL", Assert.Single(await DockerCli.ContainersOfAsync(Kubectl, "pods -l app=gated")));
        await Seen("{.status.containerStatuses[0].restartCount}", "1");
        await Seen(Ready, "True");
        Assert.Equal("True", await Kubectl.ValueAsync("pod gated", Gate));
    }

    private Task<string> SetAsync(string status) => Kubectl.OkAsync(
        "patch", "pod", "gated", "--subresource=status", "--type=strategic",
        "-p", $$$"""{"status":{"conditions":[{"type":"example.com/gate","status":"{{{status}}}"}]}}""");

    private Task<string> Seen(string path, string expected) =>
        Eventually.GetAsync($"{path} {expected}", () => Kubectl.ValueAsync("pod gated", path), seen => seen == expected, Bound);
}
