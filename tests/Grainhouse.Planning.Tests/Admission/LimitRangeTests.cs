using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Admission;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Objects;
using Grainhouse.Planning.Tests.Objects;

namespace Grainhouse.Planning.Tests.Admission;

public sealed class LimitRangeTests
{
    [Fact]
    public void Create_ContainerThatSaysNothing_GetsDefaultsAndIsToldSo()
    {
        var pod = Create("{'type':'Container','default':{'cpu':'500m','memory':'512Mi'},'defaultRequest':{'cpu':'100m'}}", Container("{}")).Document();

        Rules.AssertJson("{'requests':{'cpu':'100m','memory':'512Mi'},'limits':{'cpu':'500m','memory':'512Mi'}}", Resources(pod));
        Assert.Equal(
            "LimitRanger plugin set: cpu, memory request for container main; cpu, memory limit for container main",
            pod.Object("metadata").Map("annotations")["kubernetes.io/limit-ranger"]);
        Assert.Equal("Burstable", pod.Object("status").Text("qosClass"));
    }

    [Fact]
    public void Create_ContainerThatSaysAll_IsLeftAlone()
    {
        var pod = Create(
            "{'type':'Container','default':{'cpu':'500m'},'defaultRequest':{'cpu':'100m'}}", Container("{'requests':{'cpu':'200m'},'limits':{'cpu':'300m'}}")).Document();

        Rules.AssertJson("{'requests':{'cpu':'200m'},'limits':{'cpu':'300m'}}", Resources(pod));
        Assert.Empty(pod.Object("metadata").Map("annotations"));
    }

    [Fact]
    public void Create_LimitWithoutRequest_TakesTheLimitAndNotTheDefaultRequest()
    {
        var pod = Create("{'type':'Container','default':{'cpu':'500m'},'defaultRequest':{'cpu':'100m'}}", Container("{'limits':{'cpu':'300m'}}")).Document();

        Rules.AssertJson("{'requests':{'cpu':'300m'},'limits':{'cpu':'300m'}}", Resources(pod));
    }

    [Theory]
    [InlineData("'min':{'cpu':'100m'}", "'requests':{'cpu':'50m'}", "minimum cpu usage per Container is 100m, but request is 50m")]
    [InlineData("'min':{'ephemeral-storage':'1Gi'}", "'requests':{'cpu':'1'}", null)]
    [InlineData("'max':{'memory':'1Gi'}", "'limits':{'memory':'1536Mi'}", "maximum memory usage per Container is 1Gi, but limit is 1536Mi")]
    [InlineData("'maxLimitRequestRatio':{'cpu':'2'}", "'requests':{'cpu':'100m'},'limits':{'cpu':'250m'}",
        "cpu max limit to request ratio per Container is 2, but provided ratio is 2.500000")]
    [InlineData("'maxLimitRequestRatio':{'cpu':'2'}", "'requests':{'cpu':'100m'}", "cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0")]
    [InlineData("'maxLimitRequestRatio':{'cpu':'2'}", "'requests':{'cpu':'100m'},'limits':{'cpu':'200m'}", null)]
    [InlineData("'min':{'cpu':'100m'},'max':{'memory':'1Gi'}", "'requests':{'cpu':'50m'},'limits':{'memory':'2Gi','cpu':'1'}",
        "[minimum cpu usage per Container is 100m, but request is 50m, maximum memory usage per Container is 1Gi, but limit is 2Gi]")]
    public void Create_ContainerBeyondTheRange_IsForbiddenInUpstreamsWords(string range, string resources, string? why)
    {
        var decision = Create($"{{'type':'Container',{range}}}", Container($"{{{resources}}}"));

        if (why is null)
        {
            decision.Committed();
            return;
        }

        var refused = decision.Rejected();
        Assert.Equal((403, "Forbidden", $"pods \"web\" is forbidden: {why}"), (refused.Code, refused.Reason, refused.Message));
    }

    [Theory]
    [InlineData("'max':{'cpu':'1'}", "maximum cpu usage per Pod is 1, but limit is 1200m")]
    [InlineData("'min':{'memory':'1Gi'}", "minimum memory usage per Pod is 1Gi.  No request is specified")]
    [InlineData("'max':{'memory':'1Gi'}", "maximum memory usage per Pod is 1Gi.  No limit is specified")]
    [InlineData("'min':{'cpu':'600m'}", null)]
    [InlineData("'min':{'cpu':'601m'}", "minimum cpu usage per Pod is 601m, but request is 600m")]
    public void Create_PodBeyondTheRange_CountsAllContainers(string range, string? why)
    {
        var two = "{'name':'a','image':'a:1','resources':{'requests':{'cpu':'300m'},'limits':{'cpu':'600m'}}},{'name':'b','image':'b:1','resources':{'requests':{'cpu':'300m'},'limits':{'cpu':'600m'}}}";

        var decision = Create($"{{'type':'Pod',{range}}}", two);

        Assert.Equal(why is null ? null : $"pods \"web\" is forbidden: {why}", (decision as WriteDecision.Reject)?.Error.Message);
    }

    [Theory]
    [InlineData("500Mi", "minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 500Mi")]
    [InlineData("5Gi", "maximum storage usage per PersistentVolumeClaim is 2Gi, but request is 5Gi")]
    [InlineData("2Gi", null)]
    public void Create_Claim_IsHeldAgainstItsRange(string storage, string? why)
    {
        var decision = ObjectRules.Create(
            ResourceCatalog.PersistentVolumeClaims, ResourceCatalog.PersistentVolumeClaims.Key("default", "data"),
            Rules.Utf8($"{{'apiVersion':'v1','kind':'PersistentVolumeClaim','metadata':{{'name':'data'}},'spec':{{'accessModes':['ReadWriteOnce'],'resources':{{'requests':{{'storage':'{storage}'}}}}}}}}"),
            new WriteOptions(), Context("{'type':'PersistentVolumeClaim','min':{'storage':'1Gi'},'max':{'storage':'2Gi'}}"));

        Assert.Equal(why is null ? null : $"persistentvolumeclaims \"data\" is forbidden: {why}", (decision as WriteDecision.Reject)?.Error.Message);
    }

    private static WriteDecision Create(string item, string containers) => ObjectRules.Create(
        ResourceCatalog.Pods, ResourceCatalog.Pods.Key("default", "web"),
        Rules.Utf8($"{{'apiVersion':'v1','kind':'Pod','metadata':{{'name':'web'}},'spec':{{'containers':[{containers}]}}}}"),
        new WriteOptions(), Context(item));

    private static RuleContext Context(string item) => Rules.Context with
    {
        Policies = new NamespacePolicies(
            [Rules.Created(ResourceCatalog.LimitRanges, $"{{'apiVersion':'v1','kind':'LimitRange','metadata':{{'name':'limits'}},'spec':{{'limits':[{item}]}}}}")]),
    };

    private static string Container(string resources) => $"{{'name':'main','image':'busybox:1.36','resources':{resources}}}";

    private static System.Text.Json.Nodes.JsonNode? Resources(System.Text.Json.Nodes.JsonObject pod) => pod["spec"]!["containers"]![0]!["resources"];
}
