using Grainhouse.HostAgent.Cluster;
using Grpc.Core;

namespace Grainhouse.HostAgent.Tests.Cluster;

public sealed class ReconnectionTests
{
    [Theory]
    [InlineData("https://127.0.0.1:6443", 1, 0.05, 0.1)]
    [InlineData("https://localhost:6443", 50, 0.125, 0.25)]
    [InlineData("https://silo.example:6443", 2, 0.1, 0.2)]
    [InlineData("https://silo.example:6443", 50, 0.5, 1)]
    public void Delay_InRounds_IsShortAndBounded(string gateway, int round, double least, double most)
    {
        var random = new Random(1);

        for (var draw = 0; draw < 100; draw++)
        {
            Assert.InRange(Reconnection.Delay(new Uri(gateway), round, random).TotalSeconds, least, most);
        }
    }

    [Fact]
    public void IsGatewaysFault_UnlessTheGrainHasMoved()
    {
        Assert.True(Reconnection.IsGatewaysFault(new RpcException(new Status(StatusCode.Unavailable, ""))));
        Assert.True(Reconnection.IsGatewaysFault(new IOException()));
        Assert.False(Reconnection.IsGatewaysFault(new RpcException(new Status(StatusCode.Aborted, ""))));
        Assert.False(Reconnection.IsGatewaysFault(null));
    }
}
