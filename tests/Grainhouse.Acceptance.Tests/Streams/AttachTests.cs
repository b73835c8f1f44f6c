namespace Grainhouse.Acceptance.Tests.Streams;

/// <summary>kubectl attach, and kubectl run as if the container were here.</summary>
public sealed class AttachTests(SharedCluster shared) : StreamPods(shared)
{
    [RealFact(Needs.Docker | Needs.Kubectl)]
    public Task Run_WithInput_ByThisKubectl() => RunAsync(Kubectl);

    [RealFact(Needs.Docker | Needs.Kubectl | Needs.OldKubectl)]
    public Task Run_WithInput_OverSpdy() => RunAsync(Kubectl.Of(Requirements.OldKubectl));

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Attach_PlainProcess_HearsIt()
    {
        await using var attached = Kubectl.Start("attach", Process);

        await attached.WaitForLineAsync("tick", TimeSpan.FromSeconds(20));
    }

    private static async Task RunAsync(Kubectl kubectl)
    {
        var ran = await kubectl.RunAsync(
            ["run", "once", "--rm", "-i", "--restart=Never", $"--image={TestImages.One}", "--", "sh", "-c", "cat; exit 5"], "through the container\n", TimeSpan.FromSeconds(60));

        Assert.Contains("through the container\n", ran.Output, StringComparison.Ordinal);
        Assert.Equal(5, ran.ExitCode);
    }
}
