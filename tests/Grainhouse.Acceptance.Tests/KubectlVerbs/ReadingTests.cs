namespace Grainhouse.Acceptance.Tests.KubectlVerbs;

/// <summary>The verbs that only read: get in its forms, describe, logs, wait, events, api-resources.</summary>
public sealed class ReadingTests(WebDeployment web) : IClassFixture<WebDeployment>
{
    private const Needs DockerAndKubectl = Needs.Docker | Needs.Kubectl;

    private Kubectl Kubectl => web.Kubectl;

    [RealFact(DockerAndKubectl)]
    public void Apply_ThreeReplicasWithProbesAndConfig_RollsOut()
    {
        Assert.Contains("deployment.apps/web created", web.Printed, StringComparison.Ordinal);
        Assert.Contains("deployment \"web\" successfully rolled out", web.Printed, StringComparison.Ordinal);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Apply_ThreeReplicas_RunsThreeContainersWithTheirConfigInDocker()
    {
        var containers = await DockerCli.ContainersOfAsync(Kubectl, "pods -l app=web");

        Assert.Equal(3, containers.Length);
        foreach (var id in containers)
        {
            var environment = (await DockerCli.InspectAsync(id))!.Value.GetProperty("Config").GetProperty("Env").EnumerateArray().Select(value => value.GetString()!).ToArray();
            Assert.Contains("GREETING=hello from the config map", environment);
            Assert.Contains("TOKEN=s3cret", environment);
        }
    }

    [RealFact(DockerAndKubectl)]
    public async Task Get_Deployment_PrintsTheKnownColumns()
    {
        var printed = await Kubectl.OkAsync("get", "deployment", "web");

        Assert.Matches(@"^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +3/3 +3 +3 +\d+", printed);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Get_PodsWide_PrintsAddressAndNode()
    {
        var printed = await Kubectl.OkAsync("get", "pods", "-l", "app=web", "-o", "wide");

        Assert.Matches(@"^NAME +READY +STATUS +RESTARTS +AGE +IP +NODE +NOMINATED NODE +READINESS GATES\n", printed);
        Assert.Equal(3, System.Text.RegularExpressions.Regex.Count(printed, @"\nweb-\S+ +1/1 +Running +0 +\S+ +\d+\.\d+\.\d+\.\d+ +\S+ +<none> +<none>"));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Get_Yaml_KeepsWhatTheUserWrote()
    {
        var printed = await Kubectl.OkAsync("get", "deployment", "web", "-o", "yaml");

        Assert.Contains("kind: Deployment", printed, StringComparison.Ordinal);
        Assert.Contains("path: /health", printed, StringComparison.Ordinal);
        Assert.Contains("uid: ", printed, StringComparison.Ordinal);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Get_Json_IsAList()
    {
        using var list = System.Text.Json.JsonDocument.Parse(await Kubectl.OkAsync("get", "pods,services", "-o", "json"));

        Assert.Equal("List", list.RootElement.GetProperty("kind").GetString());
        Assert.Equal(4, list.RootElement.GetProperty("items").GetArrayLength());
    }

    [RealFact(DockerAndKubectl)]
    public async Task Get_JsonPath_PrintsTheValue()
    {
        Assert.Equal("3", await Kubectl.ValueAsync("deployment web", "{.status.readyReplicas}"));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Get_CustomColumns_PrintsThem()
    {
        var printed = await Kubectl.OkAsync("get", "configmap", "web", "-o", "custom-columns=N:.metadata.name,G:.data.greeting");

        Assert.Matches(@"^N +G\nweb +hello from the config map", printed);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Get_All_ListsTheCategory()
    {
        var printed = await Kubectl.OkAsync("get", "all");

        Assert.Contains("deployment.apps/web", printed, StringComparison.Ordinal);
        Assert.Contains("replicaset.apps/web-", printed, StringComparison.Ordinal);
        Assert.Contains("service/web", printed, StringComparison.Ordinal);
        Assert.Contains("pod/web-", printed, StringComparison.Ordinal);
    }

    [RealFact(DockerAndKubectl)]
    public async Task GetWatch_NewObject_IsPrintedWhenItComes()
    {
        await using var watch = Kubectl.Start("get", "configmaps", "-w");
        await watch.WaitForLineAsync("web", TimeSpan.FromSeconds(10));

        await Kubectl.OkAsync("create", "configmap", "seen", "--from-literal=a=1");

        await watch.WaitForLineAsync("seen", TimeSpan.FromSeconds(10));
    }

    [RealFact(DockerAndKubectl)]
    public async Task DescribePod_RunningPod_TellsItsStateAndEvents()
    {
        var printed = await Kubectl.OkAsync("describe", "pods", "-l", "app=web");

        Assert.Contains("Controlled By:  ReplicaSet/web-", printed, StringComparison.Ordinal);
        Assert.Contains("Liveness:", printed, StringComparison.Ordinal);
        Assert.Matches(@"Normal +Scheduled .*Successfully assigned", printed);
        Assert.Matches(@"Normal +Started .*Started container main", printed);
    }

    [RealFact(DockerAndKubectl)]
    public async Task DescribeDeployment_RolledOut_TellsReplicasAndScaling()
    {
        var printed = await Kubectl.OkAsync("describe", "deployment", "web");

        Assert.Contains("3 desired | 3 updated | 3 total | 3 available | 0 unavailable", printed, StringComparison.Ordinal);
        Assert.Matches(@"Available +True +MinimumReplicasAvailable", printed);
        Assert.Contains("NewReplicaSetAvailable", printed, StringComparison.Ordinal);
        Assert.Contains("ScalingReplicaSet", printed, StringComparison.Ordinal);
    }

    [RealFact(DockerAndKubectl)]
    public async Task DescribeService_ThreeReadyPods_ListsThreeEndpoints()
    {
        var printed = await Kubectl.OkAsync("describe", "service", "web");

        Assert.Matches(@"Selector: +app=web", printed);
        Assert.Matches(@"Endpoints: +\d+\.\d+\.\d+\.\d+:8080,\d+\.\d+\.\d+\.\d+:8080,\d+\.\d+\.\d+\.\d+:8080", printed);
    }

    [RealFact(DockerAndKubectl)]
    public async Task DescribeNode_TheNode_TellsCapacityAndPods()
    {
        var node = await Kubectl.ValueAsync("nodes", "{.items[0].metadata.name}");

        var printed = await Kubectl.OkAsync("describe", "node", node);

        Assert.Contains("Capacity:", printed, StringComparison.Ordinal);
        Assert.Matches(@"Ready +True", printed);
        Assert.Contains("Allocated resources:", printed, StringComparison.Ordinal);
        Assert.Contains(Kubectl.Namespace, printed, StringComparison.Ordinal);
    }

    [RealFact(DockerAndKubectl)]
    public async Task LogsTail_Two_PrintsTheLastTwoLines()
    {
        var printed = await Kubectl.OkAsync("logs", "deployment/web", "--tail=2");

        Assert.Equal("two\nthree\n", printed);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Wait_ForAvailable_ReturnsAtOnce()
    {
        var printed = await Kubectl.OkAsync("wait", "--for=condition=Available", "deployment/web", "--timeout=10s");

        Assert.Contains("deployment.apps/web condition met", printed, StringComparison.Ordinal);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Events_OfTheNamespace_TellThePodsLives()
    {
        var printed = await Kubectl.OkAsync("events");

        Assert.Matches(@"Normal +ScalingReplicaSet +Deployment/web", printed);
        Assert.Matches(@"Normal +Started +Pod/web-", printed);
    }

    [RealFact(DockerAndKubectl)]
    public async Task ApiResources_All_ListsTheKindsWithTheirShortNames()
    {
        var printed = await Kubectl.OkAsync("api-resources");

        Assert.Matches(@"deployments +deploy +apps/v1 +true +Deployment", printed);
        Assert.Matches(@"nodes +no +v1 +false +Node", printed);
        Assert.Matches(@"endpointslices +discovery.k8s.io/v1 +true +EndpointSlice", printed);
    }
}
