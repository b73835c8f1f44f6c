using Grainhouse.Interfaces.Api;
using Grpc.Core;
using ApiStatusMessage = Grainhouse.Interfaces.Api.Status;

namespace Grainhouse.Gateway.Tests.Calls;

public sealed class ObjectsWatchTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private static string PodJson(string name, int bytes = 0) =>
        $$$"""{"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{name}}}","annotations":{"fill":"{{{new string('x', bytes)}}}"}},"spec":{"containers":[{"name":"a"}]}}""";

    [Fact]
    public async Task Watch_FromRevision_OnlyLaterChangesInOrder()
    {
        var from = gateway.Cluster.Put("pods/v1/old", PodJson("old")).Revision;
        using var calls = new ObjectCalls(gateway);
        using var watch = calls.Client.Watch(new WatchRequest { Type = ObjectCalls.Pods, Namespace = "v1", ResourceVersion = $"{from}", View = View.Typed });

        // Larger than what the inner pipe holds before its writer must wait.
        gateway.Cluster.Put("pods/v1/a", PodJson("a", bytes: 300_000));
        gateway.Cluster.Put("pods/v1/a", PodJson("a"));
        var gone = gateway.Cluster.Remove("pods/v1/a")!.Revision;

        Assert.Equal("Added a, Modified a, Deleted a", $"{await NextAsync(watch)}, {await NextAsync(watch)}, {await NextAsync(watch)}");
        Assert.Equal(gone.ToString(), watch.ResponseStream.Current.ResourceVersion);
    }

    [Fact]
    public async Task Watch_InitialEvents_EndWithABookmark()
    {
        gateway.Cluster.Put("pods/v2/a", PodJson("a"));
        using var calls = new ObjectCalls(gateway);
        using var watch = calls.Client.Watch(new WatchRequest { Type = ObjectCalls.Pods, Namespace = "v2", SendInitialEvents = true, View = View.Typed });

        Assert.Equal("Added a", await NextAsync(watch));
        Assert.Equal("Bookmark ", await NextAsync(watch));
        Assert.True(watch.ResponseStream.Current.InitialEventsEnd);
        Assert.True(long.Parse(watch.ResponseStream.Current.ResourceVersion) > 0);
    }

    [Fact]
    public async Task Watch_ItsTimeIsOver_LastBookmarkThenCleanEnd()
    {
        using var calls = new ObjectCalls(gateway);
        using var watch = calls.Client.Watch(new WatchRequest { Type = ObjectCalls.Pods, Namespace = "v3", TimeoutSeconds = 1, Bookmarks = true });

        Assert.Equal("Bookmark ", await NextAsync(watch));
        Assert.False(await watch.ResponseStream.MoveNext(CancellationToken.None));
    }

    [Fact]
    public async Task Watch_CompactedRevision_OutOfRange()
    {
        gateway.Cluster.Compacted = gateway.Cluster.Put("pods/v4/a", PodJson("a")).Revision;
        try
        {
            using var calls = new ObjectCalls(gateway);
            using var watch = calls.Client.Watch(new WatchRequest { Type = ObjectCalls.Pods, ResourceVersion = "1" });

            var refused = await Assert.ThrowsAsync<RpcException>(() => NextAsync(watch));

            Assert.Equal((StatusCode.OutOfRange, 410), (refused.StatusCode, refused.GetRpcStatus()!.GetDetail<ApiStatusMessage>().Code));
        }
        finally
        {
            gateway.Cluster.Compacted = 0;
        }
    }

    [Fact]
    public async Task Logs_NoSuchPod_NotFound()
    {
        using var calls = new ObjectCalls(gateway);
        using var logs = calls.Client.Logs(new LogsRequest { Namespace = "v5", Pod = "nobody" });

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await logs.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Equal(StatusCode.NotFound, refused.StatusCode);
    }

    private static async Task<string> NextAsync(AsyncServerStreamingCall<WatchEvent> watch)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        Assert.True(await watch.ResponseStream.MoveNext(bound.Token));
        var next = watch.ResponseStream.Current;
        return $"{next.Type} {next.Object?.Pod?.Metadata.Name}";
    }
}
