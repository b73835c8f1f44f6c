using System.Text.Json.Nodes;
using Google.Protobuf;
using Grainhouse.Interfaces.Api;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grpc.Core;
using ApiStatusMessage = Grainhouse.Interfaces.Api.Status;
using WriteOptions = Grainhouse.Interfaces.Api.WriteOptions;

namespace Grainhouse.Gateway.Tests.Calls;

/// <summary>Apply and Evict by gRPC: what the objects' grains are asked.</summary>
public sealed class ObjectsApplyTests(GatewayFixture gateway) : IClassFixture<GatewayFixture>
{
    [Theory]
    [InlineData("""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"json"},"data":{"a":"1"}}""", "json")]
    [InlineData("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: yaml\ndata:\n  a: \"1\"\n", "yaml")]
    public async Task Apply_JsonOrYaml_IsAnApplyWithItsManagerForceAndDryRun(string document, string name)
    {
        using var calls = new ObjectCalls(gateway);

        var applied = await calls.Client.ApplyAsync(new ApplyRequest
        {
            Object = ObjectCalls.Named("v1", "configmaps", "a1", name),
            Document = ByteString.CopyFromUtf8(document),
            Force = true,
            Options = new WriteOptions { FieldManager = "gitops", DryRun = true },
        });

        var (_, type, patch, options) = Assert.Single(gateway.Cluster.Patches, asked => asked.Key == $"configmaps/a1/{name}");
        Assert.Equal((PatchType.Apply, "gitops", true, true), (type, options.FieldManager, options.Force, options.DryRun));
        Assert.Equal("1", (string?)JsonNode.Parse(patch)!["data"]!["a"]);
        Assert.Contains($"\"name\":\"{name}\"", applied.Object.Document.ToStringUtf8(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Apply_WithoutAManager_Refused()
    {
        using var calls = new ObjectCalls(gateway);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await calls.Client.ApplyAsync(
            new ApplyRequest { Object = ObjectCalls.Named("v1", "configmaps", "a2", "c"), Document = ByteString.CopyFromUtf8("{}") }));

        var status = refused.GetRpcStatus()!.GetDetail<ApiStatusMessage>();
        Assert.Equal((StatusCode.InvalidArgument, 422, "fieldManager"), (refused.StatusCode, status.Code, status.Causes[0].Field));
    }

    [Fact]
    public async Task Apply_Conflict_AbortedWithEachField()
    {
        gateway.Cluster.Intercept = key => key != "configmaps/a3/c" ? null : ObjectResult.Failed(new ApiStatus(409, "Conflict", "Apply failed with 1 conflict")
        {
            Causes = [new StatusCause("FieldManagerConflict", "conflict with \"other\"", ".data.a")],
        });
        using var calls = new ObjectCalls(gateway);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await calls.Client.ApplyAsync(new ApplyRequest
        {
            Object = ObjectCalls.Named("v1", "configmaps", "a3", "c"), Document = ByteString.CopyFromUtf8("{}"), Options = new WriteOptions { FieldManager = "mine" },
        }));

        var cause = Assert.Single(refused.GetRpcStatus()!.GetDetail<ApiStatusMessage>().Causes);
        Assert.Equal((StatusCode.Aborted, "FieldManagerConflict", ".data.a"), (refused.StatusCode, cause.Reason, cause.Field));
        gateway.Cluster.Intercept = _ => null;
    }

    [Fact]
    public async Task Evict_Pod_IsAnEvictionWithItsSettings()
    {
        gateway.Cluster.Put("pods/a4/p", """{"metadata":{"name":"p","namespace":"a4","uid":"u"}}""");
        using var calls = new ObjectCalls(gateway);

        await calls.Client.EvictAsync(new EvictRequest { Namespace = "a4", Pod = "p", GracePeriodSeconds = 7, Uid = "u", DryRun = true });
        await calls.Client.EvictAsync(new EvictRequest { Namespace = "a4", Pod = "p" });

        Assert.Equal(
            [new DeletionOptions { GracePeriodSeconds = 7, Uid = "u", DryRun = true }, new DeletionOptions()],
            gateway.Cluster.Evictions.Where(eviction => eviction.Key == "pods/a4/p").Select(eviction => eviction.Options));
    }

    [Fact]
    public async Task Evict_RefusedByTheBudget_ResourceExhausted()
    {
        gateway.Cluster.Intercept = key => key != "pods/a5/held" ? null : ObjectResult.Failed(new ApiStatus(429, "TooManyRequests", "no")
        {
            Causes = [new StatusCause("DisruptionBudget", "why", "")],
        });
        using var calls = new ObjectCalls(gateway);

        var refused = await Assert.ThrowsAsync<RpcException>(async () => await calls.Client.EvictAsync(new EvictRequest { Namespace = "a5", Pod = "held" }));

        Assert.Equal((StatusCode.ResourceExhausted, "DisruptionBudget"), (refused.StatusCode, refused.GetRpcStatus()!.GetDetail<ApiStatusMessage>().Causes[0].Reason));
        gateway.Cluster.Intercept = _ => null;
    }
}
