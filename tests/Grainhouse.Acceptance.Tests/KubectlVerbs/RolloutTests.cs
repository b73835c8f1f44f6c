namespace Grainhouse.Acceptance.Tests.KubectlVerbs;

/// <summary>rollout history, undo, pause, resume, restart, status.</summary>
public sealed class RolloutTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const Needs DockerAndKubectl = Needs.Docker | Needs.Kubectl;

    [RealFact(DockerAndKubectl)]
    public async Task History_AfterTwoChanges_ListsThreeRevisions()
    {
        await ThreeRevisionsAsync();

        var printed = await Kubectl.OkAsync("rollout", "history", "deployment/app");

        Assert.Matches(@"^deployment.apps/app \nREVISION +CHANGE-CAUSE\n1 +<none>\n2 +<none>\n3 +<none>", printed);
    }

    [RealFact(DockerAndKubectl)]
    public async Task History_OfOneRevision_ShowsItsTemplate()
    {
        await ThreeRevisionsAsync();

        var printed = await Kubectl.OkAsync("rollout", "history", "deployment/app", "--revision=2");

        Assert.Contains("deployment.apps/app with revision #2", printed, StringComparison.Ordinal);
        Assert.Contains(TestImages.Two, printed, StringComparison.Ordinal);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Undo_ToRevision_BringsItsTemplateBackAsTheNewest()
    {
        await ThreeRevisionsAsync();

        var printed = await Kubectl.OkAsync("rollout", "undo", "deployment/app", "--to-revision=2");
        await Kubectl.RolledOutAsync("app");

        Assert.Contains("deployment.apps/app rolled back", printed, StringComparison.Ordinal);
        Assert.Equal(TestImages.Two, await Kubectl.ValueAsync("deployment app", "{.spec.template.spec.containers[0].image}"));
        var history = await Kubectl.OkAsync("rollout", "history", "deployment/app");
        Assert.Matches(@"\n1 +<none>\n3 +<none>\n4 +<none>", history);
        Assert.DoesNotMatch(@"\n2 +<none>", history);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Undo_ToUnknownRevision_IsRefused()
    {
        await ThreeRevisionsAsync();

        var said = await Kubectl.FailsAsync("rollout", "undo", "deployment/app", "--to-revision=9");

        Assert.Contains("unable to find specified revision 9 in history", said, StringComparison.Ordinal);
    }

    [RealFact(DockerAndKubectl)]
    public async Task PauseAndResume_ChangeInBetween_RollsOutOnlyAfterResume()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("app"));
        await Kubectl.RolledOutAsync("app");

        Assert.Contains("deployment.apps/app paused", await Kubectl.OkAsync("rollout", "pause", "deployment/app"), StringComparison.Ordinal);
        await Kubectl.OkAsync("set", "image", "deployment/app", $"main={TestImages.Two}");
        await Kubectl.OkAsync("wait", "--for=jsonpath={.status.observedGeneration}=3", "deployment/app", "--timeout=20s");
        Assert.Single((await Kubectl.OkAsync("get", "rs", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(
            "cannot restart", (await Kubectl.RunAsync("rollout", "restart", "deployment/app")).Failed().Replace("can't", "cannot", StringComparison.Ordinal), StringComparison.Ordinal);

        Assert.Contains("deployment.apps/app resumed", await Kubectl.OkAsync("rollout", "resume", "deployment/app"), StringComparison.Ordinal);
        await Kubectl.RolledOutAsync("app");
        Assert.Equal(2, (await Kubectl.OkAsync("get", "rs", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Restart_RunningDeployment_ReplacesItsPods()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("app"));
        await Kubectl.RolledOutAsync("app");
        var before = await DockerCli.ContainersOfAsync(Kubectl, "pods -l app=app");

        Assert.Contains("deployment.apps/app restarted", await Kubectl.OkAsync("rollout", "restart", "deployment/app"), StringComparison.Ordinal);
        await Kubectl.RolledOutAsync("app");

        await Eventually.TrueAsync("the old container gone", async () => !await DockerCli.RunsAsync(before[0]), TimeSpan.FromSeconds(20));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Status_ImageThatDoesNotExist_ReportsTheProgressDeadline()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("app", image: "grainhouse-test/none:1", specExtra: "progressDeadlineSeconds: 3"));

        var said = await Kubectl.FailsAsync("rollout", "status", "deployment/app", "--timeout=30s");

        Assert.Contains("exceeded its progress deadline", said, StringComparison.Ordinal);
    }

    private async Task ThreeRevisionsAsync()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("app"));
        await Kubectl.RolledOutAsync("app");
        await Kubectl.OkAsync("set", "image", "deployment/app", $"main={TestImages.Two}");
        await Kubectl.RolledOutAsync("app");
        await Kubectl.OkAsync("set", "image", "deployment/app", $"main={TestImages.Three}");
        await Kubectl.RolledOutAsync("app");
    }
}
