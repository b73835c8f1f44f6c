using Grainhouse.Interfaces.Api;
using Grpc.Core;
using Metadata = Grpc.Core.Metadata;
using ApiStatusMessage = Grainhouse.Interfaces.Api.Status;

namespace Grainhouse.Gateway.Tests.Calls;

/// <summary>Who may what: the same as at the Kubernetes door.</summary>
public sealed class ObjectsAccessTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    private static ListRequest List => new() { Type = ObjectCalls.Pods, Namespace = "default" };

    [Fact]
    public async Task Call_WithoutCredentials_Unauthenticated()
    {
        using var calls = new ObjectCalls(gateway, metadata: []);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await calls.Client.ListAsync(List));

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Fact]
    public async Task Watch_WithoutCredentials_Unauthenticated()
    {
        using var calls = new ObjectCalls(gateway, metadata: []);
        using var watch = calls.Client.Watch(new WatchRequest { Type = ObjectCalls.Pods });

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await watch.ResponseStream.MoveNext(CancellationToken.None));

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
    }

    [Fact]
    public async Task Call_ClientCertificate_IsEnough()
    {
        using var calls = new ObjectCalls(gateway, gateway.Authority.Admin.Certificate, []);

        await calls.Client.ListAsync(List);
    }

    [Fact]
    public async Task Call_Impersonated_HasNoMoreRightsThanTheOther()
    {
        using var calls = new ObjectCalls(gateway, metadata: new Metadata
        {
            { "authorization", $"Bearer {gateway.Authority.AdminToken}" }, { "impersonate-user", "jane" },
        });

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await calls.Client.ListAsync(List));

        Assert.Equal(StatusCode.PermissionDenied, refused.StatusCode);
        Assert.Equal(
            "pods is forbidden: User \"jane\" cannot list resource \"pods\" in API group \"\" in the namespace \"default\"",
            refused.GetRpcStatus()!.GetDetail<ApiStatusMessage>().Message);
    }

    [Fact]
    public async Task Call_ImpersonatedGroups_AreTaken()
    {
        using var calls = new ObjectCalls(gateway, metadata: new Metadata
        {
            { "authorization", $"Bearer {gateway.Authority.AdminToken}" },
            { "impersonate-user", "jane" },
            { "impersonate-group", "others" },
            { "impersonate-group", "system:masters" },
        });

        await calls.Client.ListAsync(List);
    }
}
