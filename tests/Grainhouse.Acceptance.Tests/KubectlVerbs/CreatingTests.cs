namespace Grainhouse.Acceptance.Tests.KubectlVerbs;

/// <summary>run, create deployment, expose.</summary>
public sealed class CreatingTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const Needs DockerAndKubectl = Needs.Docker | Needs.Kubectl;

    [RealFact(DockerAndKubectl)]
    public async Task Run_ACommand_RunsItInDocker()
    {
        var printed = await Kubectl.OkAsync("run", "one", $"--image={TestImages.One}", "--command", "--", "sleep", "1000");
        await Kubectl.OkAsync("wait", "--for=condition=Ready", "pod/one", "--timeout=20s");

        Assert.Contains("pod/one created", printed, StringComparison.Ordinal);
        Assert.True(await DockerCli.RunsAsync(Assert.Single(await DockerCli.ContainersOfAsync(Kubectl, "pods -l run=one"))));
    }

    [RealFact(DockerAndKubectl)]
    public async Task CreateDeployment_ThenExpose_GivesEndpoints()
    {
        var created = await Kubectl.OkAsync("create", "deployment", "made", $"--image={TestImages.One}", "--replicas=2", "--", "httpd", "-f", "-p", "8080");
        await Kubectl.RolledOutAsync("made");
        var exposed = await Kubectl.OkAsync("expose", "deployment/made", "--port=80", "--target-port=8080");

        Assert.Contains("deployment.apps/made created", created, StringComparison.Ordinal);
        Assert.Contains("service/made exposed", exposed, StringComparison.Ordinal);
        Assert.Equal("80 8080", await Kubectl.ValueAsync("service made", "{.spec.ports[0].port} {.spec.ports[0].targetPort}"));
        Assert.NotEmpty(await Kubectl.ValueAsync("service made", "{.spec.clusterIP}"));
        await Eventually.GetAsync(
            "two endpoints",
            () => Kubectl.ValueAsync("endpointslices -l kubernetes.io/service-name=made", "{.items[*].endpoints[*].addresses[0]}"),
            addresses => addresses.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length == 2,
            TimeSpan.FromSeconds(10));
    }
}
