namespace Grainhouse.Acceptance.Tests.BadInput;

/// <summary>Writes that come too late, and fields that may not change.</summary>
public sealed class ConflictTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const Needs DockerAndKubectl = Needs.Docker | Needs.Kubectl;

    [RealFact(DockerAndKubectl)]
    public async Task Put_WithAStaleResourceVersion_IsAConflict()
    {
        var path = $"/api/v1/namespaces/{Kubectl.Namespace}/configmaps";
        var first = (await Cluster.Api.PostAsync(path, """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"a":"1"}}""")).Ok().Body;
        (await Cluster.Api.SendAsync(HttpMethod.Put, path + "/c", first.Replace("\"1\"", "\"2\"", StringComparison.Ordinal))).Ok();

        var late = await Cluster.Api.SendAsync(HttpMethod.Put, path + "/c", first.Replace("\"1\"", "\"3\"", StringComparison.Ordinal));

        Assert.Equal(409, late.StatusCode);
        Assert.Equal("Conflict", late.Reason);
        Assert.Contains("the object has been modified; please apply your changes to the latest version and try again", late.Body, StringComparison.Ordinal);
        Assert.Equal("2", await Kubectl.ValueAsync("configmap c", "{.data.a}"));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Patch_OfADeploymentsSelector_IsInvalid()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("app", replicas: 0));

        var answer = await Cluster.Api.SendAsync(
            HttpMethod.Patch,
            $"/apis/apps/v1/namespaces/{Kubectl.Namespace}/deployments/app",
            """{"spec":{"selector":{"matchLabels":{"app":"app","more":"x"}},"template":{"metadata":{"labels":{"more":"x"}}}}}""",
            "application/merge-patch+json");

        Assert.Equal(422, answer.StatusCode);
        Assert.Equal("Invalid", answer.Reason);
        Assert.Contains("field is immutable", answer.Body, StringComparison.Ordinal);
        Assert.Contains("spec.selector", answer.Body, StringComparison.Ordinal);
        Assert.Equal("""{"app":"app"}""", await Kubectl.ValueAsync("deployment app", "{.spec.selector.matchLabels}"));
    }

    [RealFact(DockerAndKubectl)]
    public async Task Apply_MalformedYaml_IsRefusedByKubectlAndByTheServer()
    {
        var said = (await Kubectl.RunAsync(["apply", "-f", "-"], "apiVersion: v1\nkind: [ConfigMap\n")).Failed();
        var answer = await Cluster.Api.SendAsync(
            HttpMethod.Post, $"/api/v1/namespaces/{Kubectl.Namespace}/configmaps", "apiVersion: v1\nkind: [ConfigMap\n", "application/yaml");

        Assert.Contains("error converting YAML to JSON", said, StringComparison.Ordinal);
        Assert.Equal(400, answer.StatusCode);
        Assert.Equal("BadRequest", answer.Reason);
    }

    [RealFact(DockerAndKubectl)]
    public async Task Apply_UnknownField_IsRefusedStrictly()
    {
        var said = (await Kubectl.RunAsync(["apply", "-f", "-"], Manifests.Deployment("app", specExtra: "replikas: 3"))).Failed();

        Assert.Contains("unknown field \"spec.replikas\"", said, StringComparison.Ordinal);
    }
}
