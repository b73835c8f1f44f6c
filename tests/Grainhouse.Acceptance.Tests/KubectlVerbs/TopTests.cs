using System.Globalization;

namespace Grainhouse.Acceptance.Tests.KubectlVerbs;

/// <summary>kubectl top shows what nodes and containers use.</summary>
public sealed class TopTests(SharedCluster shared) : NamespacedTests(shared)
{
    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Top_ShowsABusyPodWithinItsLimitAndAnIdleOne()
    {
        await Kubectl.ApplyAsync(Manifests.Pod("busy", "while :; do :; done", containerExtra: "resources: { limits: { cpu: 200m } }"));
        await Kubectl.ApplyAsync(Manifests.Pod("idle", Manifests.Idle));
        await Kubectl.OkAsync("wait", "--for=condition=Ready", "pod", "--all", "--timeout=30s");

        // On a machine that is full it has less than its limit; a start is more than that for a moment, and the mean forgets it by and by.
        await Eventually.GetAsync("that the busy pod uses about its limit", () => MillicoresAsync("busy"), used => used is >= 20 and <= 260, TimeSpan.FromSeconds(60));
        await Eventually.GetAsync("that the idle pod's start is forgotten", () => MillicoresAsync("idle"), used => used is >= 0 and < 20, TimeSpan.FromSeconds(60));
        Assert.Matches(@"POD +NAME +CPU\(cores\) +MEMORY\(bytes\) *\nbusy +main +\d+m +\d+Mi *\nidle +main +\d+m +\d+Mi", await Kubectl.OkAsync("top", "pod", "--containers"));
        Assert.DoesNotContain("idle", await Kubectl.OkAsync("top", "pod", "-l", "app=busy"), StringComparison.Ordinal);
        Assert.Matches(@"NAME +CPU\(cores\) +CPU\(%\) +MEMORY\(bytes\) +MEMORY\(%\) *\n\S+ +\d+m +\d+% +\d+Mi +\d+%", await Kubectl.OkAsync("top", "node"));
    }

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Top_PodThatIsNotThere_IsNotFound() =>
        Assert.Contains("pods.metrics.k8s.io \"nosuch\" not found", await Kubectl.FailsAsync("top", "pod", "nosuch"), StringComparison.Ordinal);

    private async Task<int> MillicoresAsync(string pod)
    {
        var result = await Kubectl.RunAsync("top", "pod", pod, "--no-headers");
        return result.ExitCode == 0 ? int.Parse(result.Output.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1].TrimEnd('m'), CultureInfo.InvariantCulture) : -1;
    }
}
