using Grainhouse.Gateway.Fairness;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Security;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Tests.Fairness;

public sealed class RequestSeatsTests
{
    private static readonly UserIdentity Someone = new("someone", [UserIdentity.Authenticated]);
    private static readonly UserIdentity Agent = new("system:node:n1", ["system:nodes", UserIdentity.Authenticated]);

    [Fact]
    public async Task Enter_NoRoomToWait_429WithRetryAfter()
    {
        using var seats = new RequestSeats(new GatewayOptions { DataDirectory = "/", ReadSeats = 2, MostWaiting = 0 }, TimeProvider.System);
        using var taken = await seats.EnterAsync(new DefaultHttpContext(), Someone, writes: false, isForOne: false);

        var refused = await Assert.ThrowsAsync<RequestRefusedException>(() => seats.EnterAsync(new DefaultHttpContext(), Someone, writes: false, isForOne: false).AsTask());

        Assert.Equal((429, "TooManyRequests", 1), (refused.Status.Code, refused.Status.Reason, refused.Status.RetryAfterSeconds));
        using var write = await seats.EnterAsync(new DefaultHttpContext(), Someone, writes: true, isForOne: false);
        Assert.NotNull(write);
    }

    [Fact]
    public async Task Enter_AnAgent_NeedsNoSeat()
    {
        using var seats = new RequestSeats(new GatewayOptions { DataDirectory = "/" }, TimeProvider.System);

        Assert.Null(await seats.EnterAsync(new DefaultHttpContext(), Agent, writes: true, isForOne: false));
        Assert.Equal(0, seats.Writes.Executing);
    }
}
