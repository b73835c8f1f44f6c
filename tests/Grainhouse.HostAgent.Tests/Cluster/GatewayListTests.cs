using Grainhouse.HostAgent.Cluster;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.HostAgent.Tests.Cluster;

public sealed class GatewayListTests
{
    private static readonly Uri First = new("https://first.example:6443");

    [Fact]
    public void RoundOf_CountsAllGatewaysThatAreKnown()
    {
        var gateways = new GatewayList([First]);
        gateways.Take(new Settings { Gateways = { "https://second.example:6443", "https://third.example:6443", First.OriginalString } });

        Assert.Equal([1, 1, 1, 2, 2, 2, 3], Enumerable.Range(1, 7).Select(gateways.RoundOf));
    }

    [Fact]
    public void Take_LeavesTheCurrentGatewayCurrent()
    {
        var gateways = new GatewayList([First]);
        gateways.Take(new Settings { Gateways = { "https://second.example:6443" } });
        gateways.Next();

        gateways.Take(new Settings { Gateways = { "https://third.example:6443", "https://second.example:6443" } });

        Assert.Equal("https://second.example:6443", gateways.Current.OriginalString);
    }
}
