using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Objects;

public sealed class SubresourceTests
{
    private static readonly WriteOptions Scale = new() { Subresource = "scale" };

    [Fact]
    public void Scale_Update_ChangesReplicasOnly()
    {
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);

        var scaled = Rules.Update(
            ResourceCatalog.Deployments, current, "{'kind':'Scale','apiVersion':'autoscaling/v1','metadata':{'name':'web','resourceVersion':'10'},'spec':{'replicas':7}}", "scale");

        Assert.Equal(7, (long)scaled.Document()["spec"]!["replicas"]!);
        Assert.Equal(2, scaled.Committed().Header.Generation);
    }

    [Theory]
    [InlineData(PatchType.Merge, "{'spec':{'replicas':5}}")]
    [InlineData(PatchType.StrategicMerge, "{'spec':{'replicas':5}}")]
    [InlineData(PatchType.Json, "[{'op':'test','path':'/spec/replicas','value':3},{'op':'replace','path':'/spec/replicas','value':5}]")]
    public void Scale_Patch_ChangesReplicas(PatchType type, string patch)
    {
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);

        Assert.Equal(5, (long)Rules.Patch(ResourceCatalog.Deployments, current, type, patch, Scale).Document()["spec"]!["replicas"]!);
    }

    [Fact]
    public void Scale_Negative_IsInvalidAsAScale()
    {
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);

        Assert.Equal(
            "Scale.autoscaling \"web\" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0",
            Rules.Patch(ResourceCatalog.Deployments, current, PatchType.Merge, "{'spec':{'replicas':-1}}", Scale).Rejected().Message);
    }

    [Fact]
    public void Scale_SameOrStale_IsUnchangedOrConflict()
    {
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);

        Assert.IsType<WriteDecision.Unchanged>(Rules.Update(ResourceCatalog.Deployments, current, "{'spec':{'replicas':3}}", "scale"));
        Assert.Equal(409, Rules.Update(ResourceCatalog.Deployments, current, "{'metadata':{'resourceVersion':'9'},'spec':{'replicas':4}}", "scale").Rejected().Code);
    }

    [Fact]
    public void ScaleView_OfADeployment_HasSelectorText()
    {
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);

        Rules.AssertJson(
            $"{{'kind':'Scale','apiVersion':'autoscaling/v1','metadata':{{'name':'web','namespace':'default','uid':'{Rules.Uid}','resourceVersion':'10',"
            + "'creationTimestamp':'2026-01-02T03:04:05Z'},'spec':{'replicas':3},'status':{'replicas':0,'selector':'app=web'}}",
            ScaleView.Of(current));
    }

    [Fact]
    public void Binding_UnboundPod_GetsNodeAndCondition()
    {
        var pod = Rules.Update(
            ResourceCatalog.Pods,
            Rules.Created(ResourceCatalog.Pods, Documents.Pod),
            "{'metadata':{'name':'web','annotations':{'a':'b'}},'target':{'kind':'Node','name':'n1'}}",
            "binding").Document();

        Assert.Equal("n1", (string?)pod["spec"]!["nodeName"]);
        Rules.AssertJson("{'a':'b'}", pod["metadata"]!["annotations"]);
        Rules.AssertJson("[{'type':'PodScheduled','status':'True','lastTransitionTime':'2026-01-02T03:04:05Z'}]", pod["status"]!["conditions"]);
    }

    [Fact]
    public void Binding_BoundPod_IsConflict()
    {
        var bound = Rules.Update(ResourceCatalog.Pods, Rules.Created(ResourceCatalog.Pods, Documents.Pod), "{'target':{'name':'n1'}}", "binding").Committed();

        var error = Rules.Update(ResourceCatalog.Pods, bound, "{'target':{'name':'n2'}}", "binding").Rejected();

        Assert.Equal((409, "Operation cannot be fulfilled on pods/binding \"web\": pod web is already assigned to node \"n1\""), (error.Code, error.Message));
    }

    [Fact]
    public void Binding_WithoutTarget_IsInvalid() =>
        Assert.Equal(
            ["target.name: Required value"],
            Rules.Update(ResourceCatalog.Pods, Rules.Created(ResourceCatalog.Pods, Documents.Pod), "{'target':{}}", "binding").Causes());
}
