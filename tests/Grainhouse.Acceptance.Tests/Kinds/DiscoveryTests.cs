namespace Grainhouse.Acceptance.Tests.Kinds;

/// <summary>What kubectl learns of the kinds, and that it can show each when there is none of it.</summary>
public sealed class DiscoveryTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const Needs DockerAndKubectl = Needs.Docker | Needs.Kubectl;

    [RealFact(DockerAndKubectl)]
    public async Task ApiResources_EveryKind_AsKubernetesLists()
    {
        var printed = KubectlTable.Normalized(await Kubectl.OkAsync("api-resources", "-o", "wide")).Split('\n');

        var missing = (await File.ReadAllLinesAsync(Path.Combine(VariedManifests.Folder, "..", "resources.golden.txt"))).Except(printed);

        Assert.Empty(missing);
    }

    [RealTheory(DockerAndKubectl)]
    [InlineData("")]
    [InlineData("wide")]
    [InlineData("yaml")]
    [InlineData("json")]
    [InlineData("name")]
    [InlineData("jsonpath={.items[*].metadata.name}")]
    [InlineData("custom-columns=N:.metadata.name")]
    public async Task Get_EveryKindInAnEmptyNamespace_Works(string output)
    {
        var kinds = string.Join(',', (await Kubectl.OkAsync("api-resources", "--namespaced", "--verbs=list", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries));

        var result = await Kubectl.RunAsync(["get", kinds, .. output.Length > 0 ? new[] { "-o", output } : []]);

        Assert.Equal(0, result.ExitCode);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Explain_EveryKind_TellsItsFields()
    {
        foreach (var kind in (string[])["statefulsets.spec.volumeClaimTemplates", "jobs.spec.podFailurePolicy.rules", "hpa.spec.metrics.containerResource",
            "ingress.spec.rules.http", "pdb.spec", "pv.spec.csi", "csr.spec", "apiservices.spec", "componentstatuses", "networkpolicies.spec.egress"])
        {
            Assert.Contains("FIELDS:", await Kubectl.OkAsync("explain", kind), StringComparison.Ordinal);
        }
    }

    [RealFact(DockerAndKubectl)]
    public async Task Create_EachOfKubectlsGenerators_MakesTheObject()
    {
        foreach (var command in (string[])[
            "job once --image=busybox -- date", "cronjob often --image=busybox --schedule=@daily -- date", "role reader --verb=get --resource=pods",
            "rolebinding readers --role=reader --user=jane", "quota some --hard=pods=5", "pdb keep --selector=app=x --min-available=1",
            "ingress web --rule=example.com/*=svc:80", "sa robot"])
        {
            Assert.EndsWith(" created\n", await Kubectl.OkAsync(["create", .. command.Split(' ')]), StringComparison.Ordinal);
        }

        var name = $"c-{Kubectl.Namespace}";
        foreach (var command in (string[])[$"clusterrole {name} --verb=get --resource=nodes", $"clusterrolebinding {name} --clusterrole={name} --user=jane", $"priorityclass {name} --value=10"])
        {
            Assert.EndsWith(" created\n", await Kubectl.OkAsync(["create", .. command.Split(' ')]), StringComparison.Ordinal);
            await Kubectl.OkAsync("delete", command.Split(' ')[0], name);
        }
    }

    [RealFact(DockerAndKubectl)]
    public async Task Events_OfTheOtherGroup_AreTheSameObjects()
    {
        await Kubectl.ApplyAsync($$"""
            apiVersion: events.k8s.io/v1
            kind: Event
            metadata: { name: noted }
            regarding: { kind: Pod, name: p, namespace: {{Kubectl.Namespace}} }
            reason: Tested
            action: Testing
            note: words
            type: Normal
            eventTime: "2099-01-02T03:04:05.000000Z"
            reportingController: example.com/tester
            reportingInstance: t
            """);

        Assert.Equal("words", await Kubectl.ValueAsync("events noted", "{.message}"));
        Assert.Equal("words", await Kubectl.ValueAsync("events.v1.events.k8s.io noted", "{.note}"));
        Assert.Equal("event/noted", (await Kubectl.OkAsync("get", "events", "--field-selector=involvedObject.kind=Pod,reportingComponent=example.com/tester", "-o", "name")).Trim());
        Assert.Equal("event.events.k8s.io/noted", (await Kubectl.OkAsync("get", "events.v1.events.k8s.io", "--field-selector=regarding.kind=Pod", "-o", "name")).Trim());
    }
}
