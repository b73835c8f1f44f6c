namespace Grainhouse.Gateway.Tests.Objects;

public sealed class LiveLeaseTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private const string Stored = "2026-01-01T00:00:00.000000Z";

    [Fact]
    public async Task Get_LeaseOfANode_ShowsTheLastHeartbeat()
    {
        Put("beats", isNode: true);
        gateway.Cluster.Nodes.GetOrAdd("beats", _ => new FakeNode()).Heard = new DateTimeOffset(2026, 2, 3, 4, 5, 6, 789, TimeSpan.Zero);

        var (_, one, _) = await gateway.GetAsync("/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/beats");
        var (_, all, _) = await gateway.GetAsync("/apis/coordination.k8s.io/v1/leases?fieldSelector=metadata.name%3Dbeats");

        Assert.Equal("2026-02-03T04:05:06.789000Z", (string?)one["spec"]!["renewTime"]);
        Assert.Equal("2026-02-03T04:05:06.789000Z", (string?)Assert.Single(all["items"]!.AsArray())!["spec"]!["renewTime"]);
    }

    [Theory]
    [InlineData("silent", true)]
    [InlineData("nobody", false)]
    public async Task Get_NeverHeardOfOrNoNode_ShowsWhatIsStored(string name, bool isNode)
    {
        Put(name, isNode);

        var (_, lease, _) = await gateway.GetAsync($"/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/{name}");

        Assert.Equal(Stored, (string?)lease["spec"]!["renewTime"]);
        Assert.Equal(isNode, gateway.Cluster.Nodes.ContainsKey(name));
    }

    private void Put(string name, bool isNode)
    {
        if (isNode)
        {
            gateway.Cluster.Put("nodes//" + name, $$$"""{"kind":"Node","apiVersion":"v1","metadata":{"name":"{{{name}}}"}}""");
        }

        gateway.Cluster.Put(
            "leases.coordination.k8s.io/kube-node-lease/" + name,
            $$$"""{"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{"name":"{{{name}}}","namespace":"kube-node-lease"},"spec":{"holderIdentity":"{{{name}}}","renewTime":"{{{Stored}}}"}}""");
    }
}
