namespace Grainhouse.Acceptance.Tests.KubectlVerbs;

/// <summary>scale, set image, set env: what they print, and what runs in Docker afterwards.</summary>
public sealed class ScaleAndSetTests(SharedCluster shared) : NamespacedTests(shared)
{
    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Scale_UpAndDown_ContainersFollow()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("app"));
        await Kubectl.RolledOutAsync("app");

        Assert.Contains("deployment.apps/app scaled", await Kubectl.OkAsync("scale", "deployment/app", "--replicas=3"), StringComparison.Ordinal);
        await Kubectl.RolledOutAsync("app");
        var three = await DockerCli.ContainersOfAsync(Kubectl, "pods -l app=app");
        Assert.Equal(3, three.Length);

        await Kubectl.OkAsync("scale", "deployment/app", "--replicas=1");
        await Eventually.TrueAsync(
            "one container",
            async () => (await Task.WhenAll(three.Select(DockerCli.RunsAsync))).Count(runs => runs) == 1,
            TimeSpan.FromSeconds(20));
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Scale_WithWrongCurrentReplicas_IsRefused()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("app"));

        var said = await Kubectl.FailsAsync("scale", "deployment/app", "--current-replicas=7", "--replicas=2");

        Assert.Contains("Expected replicas to be 7, was 1", said, StringComparison.Ordinal);
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task SetImage_NewTag_RunsItInDocker()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("app"));
        await Kubectl.RolledOutAsync("app");

        var printed = await Kubectl.OkAsync("set", "image", "deployment/app", $"main={TestImages.Two}");
        await Kubectl.RolledOutAsync("app");

        Assert.Contains("deployment.apps/app image updated", printed, StringComparison.Ordinal);
        var id = await RunningContainerAsync();
        Assert.Equal(TestImages.Two, (await DockerCli.InspectAsync(id))!.Value.GetProperty("Config").GetProperty("Image").GetString());
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task SetEnv_NewValue_IsInTheContainer()
    {
        await Kubectl.ApplyAsync(Manifests.Deployment("app"));
        await Kubectl.RolledOutAsync("app");

        var printed = await Kubectl.OkAsync("set", "env", "deployment/app", "COLOUR=green");
        await Kubectl.RolledOutAsync("app");

        Assert.Contains("deployment.apps/app env updated", printed, StringComparison.Ordinal);
        var environment = (await DockerCli.InspectAsync(await RunningContainerAsync()))!.Value.GetProperty("Config").GetProperty("Env");
        Assert.Contains("COLOUR=green", environment.EnumerateArray().Select(value => value.GetString()));
    }

    // The one pod that is not being deleted.
    private async Task<string> RunningContainerAsync()
    {
        using var pods = System.Text.Json.JsonDocument.Parse(await Kubectl.OkAsync("get", "pods", "-l", "app=app", "-o", "json"));
        var pod = Assert.Single(pods.RootElement.GetProperty("items").EnumerateArray(), pod => !pod.GetProperty("metadata").TryGetProperty("deletionTimestamp", out _));
        return pod.GetProperty("status").GetProperty("containerStatuses")[0].GetProperty("containerID").GetString()!["docker://".Length..];
    }
}
