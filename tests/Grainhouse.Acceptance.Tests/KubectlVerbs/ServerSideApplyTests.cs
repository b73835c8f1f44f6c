namespace Grainhouse.Acceptance.Tests.KubectlVerbs;

/// <summary>kubectl apply --server-side: ownership, conflicts, force, diff, and the way over from client-side apply. No pod is needed for these.</summary>
public sealed class ServerSideApplyTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const Needs DockerAndKubectl = Needs.Docker | Needs.Kubectl;
    private const string Managers = "{range .metadata.managedFields[*]}{.manager}/{.operation}{\"\\n\"}{end}";

    [RealFact(DockerAndKubectl)]
    public async Task Apply_TwoTimes_IsWrittenOnce()
    {
        Assert.Equal("deployment.apps/app serverside-applied\n", await ApplyAsync(Manifests.Deployment("app", replicas: 0)));
        var before = await SpecAsync();

        await ApplyAsync(Manifests.Deployment("app", replicas: 0));

        Assert.Equal(before, await SpecAsync());
        Assert.Contains("kubectl/Apply", await Kubectl.ValueAsync("deployment app", Managers), StringComparison.Ordinal);
        Assert.Empty((await Kubectl.RunAsync(["diff", "--server-side", "-f", "-"], Manifests.Deployment("app", replicas: 0))).Ok());
    }

    [RealFact(DockerAndKubectl)]
    public async Task Apply_OverAnothersField_IsRefusedAndTakenByForce()
    {
        await ApplyAsync(Manifests.Deployment("app", replicas: 0));
        var other = Manifests.Deployment("app", replicas: 0, specExtra: "minReadySeconds: 3").Replace("replicas: 0", "replicas: 1", StringComparison.Ordinal);

        var said = (await Kubectl.RunAsync(["apply", "--server-side", "--field-manager=other", "-f", "-"], other)).Failed();

        Assert.Contains("Apply failed with 1 conflict: conflict with \"kubectl\": .spec.replicas", said, StringComparison.Ordinal);
        await ApplyAsync(other, "--field-manager=other", "--force-conflicts");
        Assert.Equal("1 3", await Kubectl.ValueAsync("deployment app", "{.spec.replicas} {.spec.minReadySeconds}"));
        await Kubectl.OkAsync("scale", "deployment/app", "--replicas=0");
        Assert.DoesNotContain(
            "f:replicas", await Kubectl.ValueAsync("deployment app", "{.metadata.managedFields[?(@.manager==\"other\")].fieldsV1}"), StringComparison.Ordinal);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Apply_WithAFieldTakenOut_RemovesIt()
    {
        await ApplyAsync(Manifests.Deployment("app", replicas: 0, specExtra: "minReadySeconds: 3"));
        Assert.Equal("3", await Kubectl.ValueAsync("deployment app", "{.spec.minReadySeconds}"));

        await ApplyAsync(Manifests.Deployment("app", replicas: 0));

        Assert.Empty(await Kubectl.ValueAsync("deployment app", "{.spec.minReadySeconds}"));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Apply_AfterClientSideApply_TakesOverWithoutConflictAndBack()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("app", replicas: 0, specExtra: "minReadySeconds: 3"));

        await ApplyAsync(Manifests.Deployment("app", replicas: 0));
        await Kubectl.ApplyAsync(Manifests.Deployment("app", replicas: 0, image: TestImages.Two));

        Assert.Equal(TestImages.Two, await Kubectl.ValueAsync("deployment app", "{.spec.template.spec.containers[0].image}"));
        Assert.Equal("deployment.apps/app unchanged\n", await Kubectl.ApplyAsync(Manifests.Deployment("app", replicas: 0, image: TestImages.Two)));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Apply_DryRun_ShowsAndKeepsNothing()
    {
        Assert.Contains("serverside-applied (server dry run)", await ApplyAsync(Manifests.Deployment("app", replicas: 0), "--dry-run=server"), StringComparison.Ordinal);

        Assert.Contains("not found", await Kubectl.FailsAsync("get", "deployment", "app"), StringComparison.Ordinal);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Apply_AFieldThatThereIsNot_IsRefused()
    {
        var said = (await Kubectl.RunAsync(
            ["apply", "--server-side", "--validate=false", "-f", "-"], Manifests.Deployment("app", replicas: 0, specExtra: "foo: 1"))).Failed();

        Assert.Contains(".spec.foo: field not declared in schema", said, StringComparison.Ordinal);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Edit_Label_Annotate_AreRecordedUnderTheirManagers()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("app", replicas: 0));
        await Kubectl.OkAsync("label", "deployment/app", "tier=front");
        await Kubectl.OkAsync("annotate", "deployment/app", "note=x");

        var managers = (await Kubectl.ValueAsync("deployment app", Managers)).Split('\n');

        Assert.Contains("kubectl-client-side-apply/Update", managers);
        Assert.Contains("kubectl-label/Update", managers);
        Assert.Contains("kubectl-annotate/Update", managers);
    }

    private async Task<string> ApplyAsync(string manifest, params string[] options) =>
        (await Kubectl.RunAsync(["apply", "--server-side", .. options, "-f", "-"], manifest)).Ok();

    // The status is the reconciler's, and may be written at any time.
    private Task<string> SpecAsync() => Kubectl.ValueAsync("deployment app", "{.metadata.generation} {.spec} {.metadata.managedFields[?(@.operation==\"Apply\")]}");
}
