namespace Grainhouse.Acceptance.Tests.Streams;

/// <summary>kubectl debug in its three ways: a container beside those of a pod, a copy of a pod, and a pod that sees its node.</summary>
public sealed class DebugTests(SharedCluster shared) : StreamPods(shared)
{
    // Who attaches hears what is said from then on.
    private const string Attached = "sleep 2";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Debug_WithATarget_SeesItsProcessesAndItsNetwork()
    {
        var seen = (await Kubectl.RunAsync(
            ["debug", "--attach", Docker, $"--image={TestImages.One}", "--target=main", "-c", "looker", "--", "sh", "-c", $"{Attached}; ps; wget -qO- http://127.0.0.1:8080; exit 3"], null, Bound)).Ok();

        Assert.Contains("httpd -p 127.0.0.1:8080", seen, StringComparison.Ordinal);
        Assert.Contains("served", seen, StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () => "the container's end is in the status",
            async () => await Kubectl.ValueAsync($"pod {Docker}", "{.status.ephemeralContainerStatuses[?(@.name==\"looker\")].state.terminated.exitCode}") == "3",
            Bound);
        Assert.Contains("served", await Kubectl.OkAsync("logs", Docker, "-c", "looker"), StringComparison.Ordinal);
        Assert.Contains("Ephemeral Containers:\n  looker:", await Kubectl.OkAsync("describe", "pod", Docker), StringComparison.Ordinal);
        Assert.Equal("0 true", await Kubectl.ValueAsync($"pod {Docker}", "{.status.containerStatuses[0].restartCount} {.status.containerStatuses[0].ready}"));
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Debug_InTheBackground_TakesCommands()
    {
        await Kubectl.OkAsync("debug", Docker, $"--image={TestImages.One}", "-c", "stays", "--", "sleep", "100000");
        await Eventually.TrueAsync(
            () => "the container runs",
            async () => (await Kubectl.ValueAsync($"pod {Docker}", "{.status.ephemeralContainerStatuses[?(@.name==\"stays\")].state.running.startedAt}")).Length > 0,
            Bound);

        Assert.Contains("sleep 100000", await Kubectl.OkAsync("exec", Docker, "-c", "stays", "--", "ps"), StringComparison.Ordinal);
        Assert.DoesNotContain("httpd", await Kubectl.OkAsync("exec", Docker, "-c", "stays", "--", "ps"), StringComparison.Ordinal);
        Assert.Contains("may not be removed", await Kubectl.FailsAsync(
            "patch", "pod", Docker, "--subresource=ephemeralcontainers", "--type=json", "-p", """[{"op":"remove","path":"/spec/ephemeralContainers/0"}]"""), StringComparison.Ordinal);
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Debug_AProcess_IsTalkedTo()
    {
        await using var debugging = Kubectl.Start("debug", "-i", Process, "--image=none", "-c", "looker", "--", "sh", "-c", "read line; echo $line on the host");
        await debugging.SayAsync("heard");

        await debugging.WaitForLineAsync("heard on the host", Bound);
        Assert.Equal(0, await debugging.WaitForExitAsync(Bound));
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Debug_ACopy_SharesItsProcesses()
    {
        await Kubectl.OkAsync(
            "debug", Docker, "--copy-to=copy", "--share-processes", $"--image={TestImages.One}", "-c", "looker", "--", "sh", "-c", "(sleep 1 &) ; sleep 100000");
        await Kubectl.OkAsync("wait", "--for=condition=Ready", "pod/copy", "--timeout=40s");

        // The sleep whose parent went is the sandbox's child, which leaves no zombie behind.
        await Eventually.TrueAsync(
            () => "the orphan is gone",
            async () => !(await Kubectl.OkAsync("exec", "copy", "-c", "looker", "--", "ps")).Contains("sleep]", StringComparison.Ordinal)
                && !(await Kubectl.OkAsync("exec", "copy", "-c", "looker", "--", "ps")).Contains("sleep 1\n", StringComparison.Ordinal),
            Bound);
        var processes = await Kubectl.OkAsync("exec", "copy", "-c", "looker", "--", "ps");
        Assert.Contains("/pause", processes, StringComparison.Ordinal);
        Assert.Contains("httpd -p 127.0.0.1:8080", processes, StringComparison.Ordinal);
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Debug_ANode_SeesTheHost()
    {
        var node = await Kubectl.ValueAsync("nodes", "{.items[0].metadata.name}");

        var seen = (await Kubectl.RunAsync(
            ["debug", "--attach", $"node/{node}", $"--image={TestImages.One}", "--", "sh", "-c", $"{Attached}; ps; ls /host/proc/1/status"], null, Bound)).Ok();

        Assert.Contains("grainhouse", seen, StringComparison.Ordinal);
        Assert.Contains("/host/proc/1/status", seen, StringComparison.Ordinal);
    }
}
