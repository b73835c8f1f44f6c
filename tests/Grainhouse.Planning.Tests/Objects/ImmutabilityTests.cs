using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Objects;

public sealed class ImmutabilityTests
{
    [Fact]
    public void Update_DeploymentSelector_IsImmutable()
    {
        var current = Rules.Created(ResourceCatalog.Deployments, Documents.Deployment);

        var decision = Rules.Update(
            ResourceCatalog.Deployments,
            current,
            root =>
            {
                root["spec"]!["selector"]!["matchLabels"]!["app"] = "b";
                root["spec"]!["template"]!["metadata"]!["labels"]!["app"] = "b";
            });

        Assert.Equal(
            ["spec.selector: Invalid value: v1.LabelSelector{MatchLabels:map[string]string{\"app\":\"b\"}, MatchExpressions:[]v1.LabelSelectorRequirement(nil)}: field is immutable"],
            decision.Causes());
    }

    [Fact]
    public void Update_PodImage_IsAllowed_AndItsCommandIsNot()
    {
        var current = Rules.Created(ResourceCatalog.Pods, Documents.Pod);

        var image = Rules.Update(ResourceCatalog.Pods, current, root => root["spec"]!["containers"]![0]!["image"] = "busybox:1.35");
        var command = Rules.Update(ResourceCatalog.Pods, current, root => root["spec"]!["containers"]![0]!["command"] = new JsonArray("sh"));
        var more = Rules.Update(
            ResourceCatalog.Pods, current, root => root["spec"]!["containers"]!.AsArray().Add(new JsonObject { ["name"] = "b", ["image"] = "b" }));

        Assert.IsType<WriteDecision.Commit>(image);
        Assert.StartsWith("spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`", Assert.Single(command.Causes()), StringComparison.Ordinal);
        Assert.Equal(["spec.containers: Forbidden: pod updates may not add or remove containers"], more.Causes());
    }

    [Fact]
    public void Update_PodTolerations_MayOnlyGrow()
    {
        var current = Rules.Created(ResourceCatalog.Pods, Documents.Pod);

        var added = Rules.Patch(ResourceCatalog.Pods, current, PatchType.Json, "[{'op':'add','path':'/spec/tolerations/-','value':{'key':'a','operator':'Exists'}}]");
        var removed = Rules.Patch(
            ResourceCatalog.Pods, added.Committed(), PatchType.Json, "[{'op':'remove','path':'/spec/tolerations/2'}]");

        Assert.IsType<WriteDecision.Commit>(added);
        Assert.Contains("spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds", removed.Causes());
    }

    [Fact]
    public void Update_ImmutableConfigMap_IsForbidden()
    {
        var current = Rules.Created(ResourceCatalog.ConfigMaps, "{'metadata':{'name':'c'},'immutable':true,'data':{'a':'1'}}");

        Assert.Equal(
            ["data: Forbidden: field is immutable when `immutable` is set"],
            Rules.Update(ResourceCatalog.ConfigMaps, current, root => root["data"]!["a"] = "2").Causes());
        Assert.Equal(
            ["immutable: Forbidden: field is immutable when `immutable` is set"],
            Rules.Update(ResourceCatalog.ConfigMaps, current, root => root.Remove("immutable")).Causes());
        Assert.IsType<WriteDecision.Commit>(
            Rules.Update(ResourceCatalog.ConfigMaps, current, root => root["metadata"]!["labels"] = new JsonObject { ["a"] = "b" }));
    }

    [Fact]
    public void Update_SecretType_IsImmutable()
    {
        var current = Rules.Created(ResourceCatalog.Secrets, "{'metadata':{'name':'s'}}");

        Assert.Equal(
            ["type: Invalid value: \"other\": field is immutable"],
            Rules.Update(ResourceCatalog.Secrets, current, root => root["type"] = "other").Causes());
    }

    [Fact]
    public void Update_ServiceWithoutClusterIP_KeepsIt_AndAnotherIsRefused()
    {
        var current = Rules.Created(ResourceCatalog.Services, Documents.Service.Replace("'selector'", "'clusterIP':'10.0.0.7','selector'", StringComparison.Ordinal));

        var kept = Rules.Update(ResourceCatalog.Services, current, Documents.Service);
        var other = Rules.Update(
            ResourceCatalog.Services,
            current,
            root =>
            {
                root["spec"]!["clusterIP"] = "10.0.0.8";
                root["spec"]!["clusterIPs"] = new JsonArray("10.0.0.8");
            });

        Assert.IsType<WriteDecision.Unchanged>(kept);
        Assert.Equal(["spec.clusterIPs[0]: Invalid value: []string{\"10.0.0.8\"}: may not change once set"], other.Causes());
    }

    [Fact]
    public void Update_DeletionTimestamp_IsTheServersAlone()
    {
        var current = Rules.Created(ResourceCatalog.ConfigMaps, Documents.ConfigMap);

        Assert.Equal(
            ["metadata.deletionTimestamp: Invalid value: \"2026-01-01T00:00:00Z\": field is immutable"],
            Rules.Update(ResourceCatalog.ConfigMaps, current, root => root["metadata"]!["deletionTimestamp"] = "2026-01-01T00:00:00Z").Causes());
    }

    [Fact]
    public void Update_LeaseWithoutRevision_IsInvalid()
    {
        var current = Rules.Created(ResourceCatalog.Leases, "{'metadata':{'name':'l'},'spec':{'holderIdentity':'a'}}");

        Assert.Equal(
            ["metadata.resourceVersion: Invalid value: 0x0: must be specified for an update"],
            Rules.Update(ResourceCatalog.Leases, current, "{'metadata':{'name':'l'},'spec':{'holderIdentity':'b'}}").Causes());
        Assert.IsType<WriteDecision.Commit>(Rules.Update(ResourceCatalog.Leases, current, root => root["spec"]!["holderIdentity"] = "b"));
    }
}
