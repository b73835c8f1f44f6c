namespace Grainhouse.Acceptance.Tests.KubectlVerbs;

/// <summary>The lease of a node shows its heartbeats, and none of them is written.</summary>
public sealed class NodeLeaseTests(SharedCluster shared) : NamespacedTests(shared)
{
    private const string RenewTime = "{.items[0].spec.renewTime}";

    [RealFact(Needs.Docker | Needs.Kubectl)]
    public async Task DescribeNode_ShowsALeaseWhoseRenewTimeAdvances()
    {
        var described = await Kubectl.OkAsync("describe", "nodes");
        Assert.Matches(@"Lease:\n +HolderIdentity: +\S+\n +AcquireTime: +<unset>\n +RenewTime: +\w", described);

        var system = Kubectl.In("kube-node-lease");
        var first = await system.ValueAsync("leases", RenewTime);
        var written = await system.ValueAsync("leases", "{.items[0].metadata.resourceVersion}");
        await Eventually.GetAsync("a later heartbeat", () => system.ValueAsync("leases", RenewTime), seen => string.CompareOrdinal(seen, first) > 0, TimeSpan.FromSeconds(30));
        Assert.Equal(written, await system.ValueAsync("leases", "{.items[0].metadata.resourceVersion}"));
    }
}
