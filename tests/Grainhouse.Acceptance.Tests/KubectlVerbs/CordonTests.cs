namespace Grainhouse.Acceptance.Tests.KubectlVerbs;

/// <summary>cordon and uncordon: alone, since they close the only node.</summary>
[Collection(Alone.Name)]
public sealed class CordonTests(SharedCluster shared) : NamespacedTests(shared)
{
    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task Cordon_TheOnlyNode_KeepsPodsPendingUntilUncordon()
    {
        var node = await Kubectl.ValueAsync("nodes", "{.items[0].metadata.name}");

        Assert.Contains($"node/{node} cordoned", await Kubectl.OkAsync("cordon", node), StringComparison.Ordinal);
        Assert.Matches(@"Ready,SchedulingDisabled", await Kubectl.OkAsync("get", "nodes"));
        await Kubectl.ApplyAsync(Manifests.Pod("late", Manifests.Idle));
        await Eventually.GetAsync(
            "the reason why the pod waits",
            () => Kubectl.ValueAsync("pod late", "{.status.conditions[?(@.type==\"PodScheduled\")].message}"),
            message => message.StartsWith("0/1 nodes are available: 1 node(s) were unschedulable.", StringComparison.Ordinal),
            TimeSpan.FromSeconds(10));

        Assert.Contains($"node/{node} uncordoned", await Kubectl.OkAsync("uncordon", node), StringComparison.Ordinal);
        await Kubectl.OkAsync("wait", "--for=condition=Ready", "pod/late", "--timeout=20s");
    }
}
