namespace Grainhouse.Acceptance.Tests.KubectlVerbs;

/// <summary>label, annotate, edit, patch in three types, diff, and apply without change. No pod is needed for these.</summary>
public sealed class EditingTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const Needs DockerAndKubectl = Needs.Docker | Needs.Kubectl;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        await Kubectl.ApplyAsync(Manifests.Deployment("app", replicas: 0));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Label_SetAndRemove_IsSeenBySelectors()
    {
        Assert.Contains("deployment.apps/app labeled", await Kubectl.OkAsync("label", "deployment/app", "tier=front"), StringComparison.Ordinal);
        Assert.Equal("deployment.apps/app\n", await Kubectl.OkAsync("get", "deployments", "-l", "tier in (front,back)", "-o", "name"));

        Assert.Contains("deployment.apps/app unlabeled", await Kubectl.OkAsync("label", "deployment/app", "tier-"), StringComparison.Ordinal);
        Assert.Empty(await Kubectl.OkAsync("get", "deployments", "-l", "tier", "-o", "name"));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Label_WithoutOverwrite_IsRefused()
    {
        Assert.Contains("already has a value", await Kubectl.FailsAsync("label", "deployment/app", "app=other"), StringComparison.Ordinal);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Annotate_ChangeCause_ShowsInTheHistory()
    {
        Assert.Contains(
            "deployment.apps/app annotated",
            await Kubectl.OkAsync("annotate", "deployment/app", "kubernetes.io/change-cause=first light"),
            StringComparison.Ordinal);

        await Eventually.TrueAsync(
            "the cause in the history",
            async () => (await Kubectl.OkAsync("rollout", "history", "deployment/app")).Contains("first light", StringComparison.Ordinal),
            TimeSpan.FromSeconds(10));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Edit_WithAnEditorThatChangesTheImage_StoresIt()
    {
        var printed = await Kubectl.RunAsync(["edit", "deployment/app"], null, editor: $"sed -i s#{TestImages.One}#{TestImages.Two}#");

        Assert.Contains("deployment.apps/app edited", printed.Ok(), StringComparison.Ordinal);
        Assert.Equal(TestImages.Two, await ImageAsync());
    }

    [RealFact(DockerAndKubectl)]
    public async Task Edit_WithoutChange_SaysSo()
    {
        var result = await Kubectl.RunAsync(["edit", "deployment/app"], null, editor: "true");

        Assert.Contains("Edit cancelled, no changes made", result.Ok() + result.Error, StringComparison.Ordinal);
    }

    [RealFact(DockerAndKubectl)]
    public async Task PatchStrategic_SecondContainer_IsMergedByName()
    {
        var printed = await Kubectl.OkAsync(
            "patch", "deployment/app", "-p", Containers("side"));

        Assert.Contains("deployment.apps/app patched", printed, StringComparison.Ordinal);
        Assert.Equal(2, (await Kubectl.ValueAsync("deployment app", "{.spec.template.spec.containers[*].name}")).Split(' ').Length);
    }

    [RealFact(DockerAndKubectl)]
    public async Task PatchMerge_ContainerList_IsReplaced()
    {
        await Kubectl.OkAsync(
            "patch", "deployment/app", "--type=merge", "-p", Containers("other"));

        Assert.Equal("other", await Kubectl.ValueAsync("deployment app", "{.spec.template.spec.containers[*].name}"));
    }

    [RealFact(DockerAndKubectl)]
    public async Task PatchJson_Replace_ChangesTheOneField()
    {
        await Kubectl.OkAsync(
            "patch", "deployment/app", "--type=json", "-p", $$"""[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"{{TestImages.Three}}"}]""");

        Assert.Equal(TestImages.Three, await ImageAsync());
    }

    [RealFact(DockerAndKubectl)]
    public async Task PatchJson_FailedTestOperation_ChangesNothing()
    {
        var said = await Kubectl.FailsAsync(
            "patch", "deployment/app", "--type=json", "-p",
            """[{"op":"test","path":"/spec/replicas","value":9},{"op":"replace","path":"/spec/replicas","value":5}]""");

        Assert.Contains("test", said, StringComparison.OrdinalIgnoreCase);
        Assert.Equal("0", await Kubectl.ValueAsync("deployment app", "{.spec.replicas}"));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Diff_SameManifest_IsEmpty()
    {
        var result = await Kubectl.RunAsync(["diff", "-f", "-"], Manifests.Deployment("app", replicas: 0));

        Assert.Empty(result.Ok());
    }

    [RealFact(DockerAndKubectl)]
    public async Task Diff_ChangedManifest_ShowsTheChangeAndMakesNone()
    {
        var result = await Kubectl.RunAsync(["diff", "-f", "-"], Manifests.Deployment("app", replicas: 0, image: TestImages.Two));

        Assert.Equal(1, result.ExitCode);
        Assert.Contains($"+      - image: {TestImages.Two}", result.Output.Replace("+        image", "+      - image", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(TestImages.One, await ImageAsync());
    }

    [RealFact(DockerAndKubectl)]
    public async Task Apply_Twice_IsUnchangedAndMovesNothing()
    {
        var before = await Kubectl.ValueAsync("deployment app", "{.metadata.generation}");

        var printed = await Kubectl.ApplyAsync(Manifests.Deployment("app", replicas: 0));

        Assert.Equal("deployment.apps/app unchanged\n", printed);
        Assert.Equal(before, await Kubectl.ValueAsync("deployment app", "{.metadata.generation}"));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Apply_WithAFieldTakenOut_RemovesIt()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("app", replicas: 0, specExtra: "minReadySeconds: 3"));
        Assert.Equal("3", await Kubectl.ValueAsync("deployment app", "{.spec.minReadySeconds}"));

        await Kubectl.ApplyAsync(Manifests.Deployment("app", replicas: 0));

        Assert.Empty(await Kubectl.ValueAsync("deployment app", "{.spec.minReadySeconds}"));
    }

    private Task<string> ImageAsync() => Kubectl.ValueAsync("deployment app", "{.spec.template.spec.containers[0].image}");

    private static string Containers(string name) => System.Text.Json.JsonSerializer.Serialize(
        new { spec = new { template = new { spec = new { containers = new[] { new { name, image = TestImages.Two } } } } } });
}
