namespace Grainhouse.Acceptance.Tests.KubectlVerbs;

/// <summary>Logs of containers that still write, and of containers that are gone.</summary>
public sealed class LogTests(SharedCluster shared) : NamespacedTests(shared)
{
    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task LogsFollow_ContainerThatEnds_PrintsEveryLineAndEnds()
    {
        await Kubectl.ApplyAsync(Manifests.Pod("counter", "for i in 1 2 3 4 5; do echo line $i; sleep 0.3; done", "Never"));
        await Eventually.TrueAsync(
            "the counter to have started",
            async () => await Kubectl.ValueAsync("pod counter", "{.status.phase}") is "Running" or "Succeeded",
            TimeSpan.FromSeconds(20));

        var printed = await Kubectl.OkAsync("logs", "-f", "counter");

        Assert.Equal("line 1\nline 2\nline 3\nline 4\nline 5\n", printed);
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task LogsPrevious_RestartedContainer_PrintsTheLifeBefore()
    {
        await Kubectl.ApplyAsync(Manifests.Pod("twice", "if [ -e /life/one ]; then echo second; sleep 1000; fi; touch /life/one; echo first; exit 3", containerExtra: "volumeMounts: [ { name: life, mountPath: /life } ]") + "\n  volumes: [ { name: life, emptyDir: {} } ]");
        await Eventually.TrueAsync(
            "the second life",
            async () => await Kubectl.ValueAsync("pod twice", "{.status.containerStatuses[0].restartCount}/{.status.containerStatuses[0].state.running.startedAt}") is ['1', '/', _, ..],
            TimeSpan.FromSeconds(40));

        Assert.Equal("first\n", await Kubectl.OkAsync("logs", "--previous", "twice"));
        Assert.Equal("second\n", await Kubectl.OkAsync("logs", "twice"));
    }
}
