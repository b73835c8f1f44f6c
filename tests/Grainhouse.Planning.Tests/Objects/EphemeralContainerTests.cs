using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Objects;

namespace Grainhouse.Planning.Tests.Objects;

public sealed class EphemeralContainerTests
{
    private static readonly WriteOptions Subresource = new() { Subresource = "ephemeralcontainers" };

    [Fact]
    public void Debugger_Patched_IsAddedWithDefaults()
    {
        var pod = Add(Rules.Created(ResourceCatalog.Pods, Documents.Pod), "{'name':'debugger','image':'busybox','targetContainerName':'main'}").Document();

        Rules.AssertJson(
            "[{'name':'debugger','image':'busybox','targetContainerName':'main','imagePullPolicy':'Always','resources':{},"
            + "'terminationMessagePath':'/dev/termination-log','terminationMessagePolicy':'File'}]",
            pod["spec"]!["ephemeralContainers"]);
    }

    [Fact]
    public void Debugger_Second_ComesBesideTheFirst()
    {
        var one = Add(Rules.Created(ResourceCatalog.Pods, Documents.Pod), "{'name':'one','image':'busybox'}").Committed().WithRevision(11);

        Assert.Equal(2, Add(one, "{'name':'two','image':'busybox'}").Document()["spec"]!["ephemeralContainers"]!.AsArray().Count);
    }

    [Fact]
    public void Subresource_Update_ChangesNothingElse()
    {
        var current = Rules.Created(ResourceCatalog.Pods, Documents.Pod);

        Assert.IsType<WriteDecision.Unchanged>(Rules.Update(
            ResourceCatalog.Pods, current, pod => pod["spec"]!["containers"]![0]!["image"] = "other", "ephemeralcontainers"));
    }

    [Theory]
    [InlineData("{'name':'main','image':'x'}", "spec.ephemeralContainers[0].name: Duplicate value: \"main\"")]
    [InlineData("{'name':'d','image':'x','targetContainerName':'nope'}", "spec.ephemeralContainers[0].targetContainerName: Not found: \"nope\"")]
    [InlineData("{'name':'d'}", "spec.ephemeralContainers[0].image: Required value")]
    [InlineData("{'name':'d','image':'x','ports':[{'containerPort':80}]}", "spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container")]
    [InlineData("{'name':'d','image':'x','resources':{'limits':{'cpu':'1'}}}", "spec.ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container")]
    [InlineData("{'name':'d','image':'x','restartPolicy':'Always'}", "spec.ephemeralContainers[0].restartPolicy: Forbidden: cannot be set for an Ephemeral Container")]
    public void Debugger_ThatNeedsTooMuch_IsRefused(string container, string expected) =>
        Assert.Contains(expected, Add(Rules.Created(ResourceCatalog.Pods, Documents.Pod), container).Causes());

    [Theory]
    [InlineData("[{'op':'remove','path':'/spec/ephemeralContainers/0'}]", "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"one\" may not be removed\n")]
    [InlineData("[{'op':'replace','path':'/spec/ephemeralContainers/0/image','value':'y'}]", "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"one\" may not be changed\n")]
    public void Debugger_Existing_StaysAsItIs(string patch, string expected)
    {
        var one = Add(Rules.Created(ResourceCatalog.Pods, Documents.Pod), "{'name':'one','image':'busybox'}").Committed().WithRevision(11);

        Assert.Equal(expected, Assert.Single(Rules.Patch(ResourceCatalog.Pods, one, PatchType.Json, patch, Subresource).Causes()));
    }

    [Fact]
    public void Debugger_ByTheFrontDoor_IsRefused()
    {
        const string List = "'ephemeralContainers':[{'name':'d','image':'x'}],";
        var current = Rules.Created(ResourceCatalog.Pods, Documents.Pod);

        Assert.Equal(
            "spec.ephemeralContainers: Forbidden: cannot be set on create",
            Assert.Single(Rules.Create(ResourceCatalog.Pods, Documents.Pod.Replace("'spec':{", "'spec':{" + List, StringComparison.Ordinal)).Causes()));
        Assert.StartsWith(
            "spec: Forbidden: pod updates may not change fields other than",
            Assert.Single(Rules.Patch(ResourceCatalog.Pods, current, PatchType.Merge, "{'spec':{" + List.TrimEnd(',') + "}}").Causes()),
            StringComparison.Ordinal);
        Assert.Contains(
            "spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template",
            Rules.Create(ResourceCatalog.Deployments, Documents.Deployment.Replace("\"spec\":{\"containers\"", "\"spec\":{" + List.Replace('\'', '"') + "\"containers\"", StringComparison.Ordinal)).Causes());
    }

    [Fact]
    public void Processes_SharedAndTheHosts_AreRefused() => Assert.Equal(
        "spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled",
        Assert.Single(Rules.Create(ResourceCatalog.Pods, Documents.Pod.Replace("'spec':{", "'spec':{'hostPID':true,'shareProcessNamespace':true,", StringComparison.Ordinal)).Causes()));

    private static WriteDecision Add(KubeObject pod, string container) =>
        Rules.Patch(ResourceCatalog.Pods, pod, PatchType.StrategicMerge, "{'spec':{'ephemeralContainers':[" + container + "]}}", Subresource);
}
