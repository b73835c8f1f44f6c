using Grainhouse.Planning.Scheduling;
using Grainhouse.Planning.Scheduling.Filters;

namespace Grainhouse.Planning.Tests.Scheduling;

public sealed class FilterTests
{
    [Theory]
    [InlineData("4", "8Gi", "", "")]
    [InlineData("4001m", "", "", "Insufficient cpu")]
    [InlineData("", "9Gi", "", "Insufficient memory")]
    [InlineData("5", "9Gi", "", "Insufficient cpu|Insufficient memory")]
    [InlineData("", "", "2Gi", "Insufficient ephemeral-storage")]
    public void NodeResourcesFit_Requests_NamesAllThatIsShort(string cpu, string memory, string storage, string expected)
    {
        var node = new TestNode("n") { EphemeralStorage = "1Gi" };
        var pod = new TestPod("p") { Cpu = cpu, Memory = memory, Requests = [("ephemeral-storage", storage)] };

        Assert.Equal(expected, Explain(node, pod));
    }

    [Fact]
    public void NodeResourcesFit_UsedUp_IsInsufficient()
    {
        var used = new TestPod("used") { Cpu = "3500m" };

        Assert.Equal("", Explain(new TestNode("n"), new TestPod("p") { Cpu = "500m" }, used));
        Assert.Equal("Insufficient cpu", Explain(new TestNode("n"), new TestPod("p") { Cpu = "501m" }, used));
        Assert.Equal("", Explain(new TestNode("n"), new TestPod("p"), used));
    }

    [Fact]
    public void NodeResourcesFit_NoSlotLeft_SaysTooManyPods() =>
        Assert.Equal("Too many pods", Explain(new TestNode("n") { Pods = "1" }, new TestPod("p"), new TestPod("used")));

    [Fact]
    public void NodeResourcesFit_ExtendedResource_IsCounted()
    {
        var node = new TestNode("n") { Extended = [("nvidia.com/gpu", "2")] };
        var used = new TestPod("used") { Requests = [("nvidia.com/gpu", "1")] };

        Assert.Equal("", Explain(node, new TestPod("p") { Requests = [("nvidia.com/gpu", "1")] }, used));
        Assert.Equal("Insufficient nvidia.com/gpu", Explain(node, new TestPod("p") { Requests = [("nvidia.com/gpu", "2")] }, used));
        Assert.Equal("Insufficient example.com/dongle", Explain(node, new TestPod("p") { Requests = [("example.com/dongle", "1")] }));
    }

    [Theory]
    [InlineData("""{"nodeSelector":{"disk":"ssd"}}""", true)]
    [InlineData("""{"nodeSelector":{"disk":"hdd"}}""", false)]
    [InlineData("""{"nodeSelector":{"disk":"ssd","zone":"a"}}""", false)]
    public void NodeAffinity_NodeSelector_MustMatchWhole(string spec, bool fits) => CheckAffinity(spec, fits);

    [Theory]
    [InlineData("""{"key":"disk","operator":"In","values":["hdd","ssd"]}""", true)]
    [InlineData("""{"key":"disk","operator":"In","values":["hdd"]}""", false)]
    [InlineData("""{"key":"zone","operator":"In","values":["a"]}""", false)]
    [InlineData("""{"key":"disk","operator":"NotIn","values":["hdd"]}""", true)]
    [InlineData("""{"key":"disk","operator":"NotIn","values":["ssd"]}""", false)]
    [InlineData("""{"key":"zone","operator":"NotIn","values":["a"]}""", true)]
    [InlineData("""{"key":"disk","operator":"Exists"}""", true)]
    [InlineData("""{"key":"zone","operator":"Exists"}""", false)]
    [InlineData("""{"key":"disk","operator":"DoesNotExist"}""", false)]
    [InlineData("""{"key":"zone","operator":"DoesNotExist"}""", true)]
    [InlineData("""{"key":"cores","operator":"Gt","values":["15"]}""", true)]
    [InlineData("""{"key":"cores","operator":"Gt","values":["16"]}""", false)]
    [InlineData("""{"key":"cores","operator":"Lt","values":["17"]}""", true)]
    [InlineData("""{"key":"cores","operator":"Lt","values":["16"]}""", false)]
    [InlineData("""{"key":"disk","operator":"Gt","values":["1"]}""", false)]
    [InlineData("""{"key":"zone","operator":"Lt","values":["1"]}""", false)]
    public void NodeAffinity_Operators_AreUpstreams(string expression, bool fits) =>
        CheckAffinity(Required($$"""{"matchExpressions":[{{expression}}]}"""), fits);

    [Theory]
    [InlineData("""{"matchFields":[{"key":"metadata.name","operator":"In","values":["n"]}]}""", true)]
    [InlineData("""{"matchFields":[{"key":"metadata.name","operator":"In","values":["other"]}]}""", false)]
    [InlineData("""{"matchFields":[{"key":"metadata.name","operator":"NotIn","values":["other"]}]}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"zone","operator":"Exists"}]},{"matchExpressions":[{"key":"disk","operator":"Exists"}]}""", true)]
    [InlineData("""{"matchExpressions":[{"key":"zone","operator":"Exists"},{"key":"disk","operator":"Exists"}]}""", false)]
    [InlineData("{}", false)]
    public void NodeAffinity_Terms_OneMustMatchWhole(string terms, bool fits) => CheckAffinity(Required(terms), fits);

    [Theory]
    [InlineData("""{"key":"gpu","operator":"Equal","value":"true","effect":"NoSchedule"}""", true)]
    [InlineData("""{"key":"gpu","value":"true"}""", true)]
    [InlineData("""{"key":"gpu","operator":"Exists"}""", true)]
    [InlineData("""{"operator":"Exists"}""", true)]
    [InlineData("""{"key":"gpu","operator":"Equal","value":"false"}""", false)]
    [InlineData("""{"key":"gpu","operator":"Exists","effect":"NoExecute"}""", false)]
    [InlineData("""{"key":"cpu","operator":"Exists"}""", false)]
    public void TaintToleration_Tolerations_AreUpstreams(string toleration, bool fits)
    {
        var node = new TestNode("n") { Taints = [("soft", "", "PreferNoSchedule"), ("gpu", "true", "NoSchedule")] };
        var pod = new TestPod("p") { Spec = $$"""{"tolerations":[{{toleration}}]}""" };

        Assert.Equal(fits ? "" : "node(s) had untolerated taint {gpu: true}", Explain(node, pod));
    }

    [Fact]
    public void TaintToleration_TaintWithoutValue_KeepsItsForm()
    {
        var node = new TestNode("n") { Taints = [("node-role.kubernetes.io/control-plane", "", "NoExecute")] };

        Assert.Equal("node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }", Explain(node, new TestPod("p")));
    }

    [Fact]
    public void NodeUnschedulable_Cordoned_RefusesAllButTheTolerant()
    {
        var node = new TestNode("n") { Unschedulable = true };
        var tolerant = new TestPod("p") { Spec = """{"tolerations":[{"key":"node.kubernetes.io/unschedulable","operator":"Exists"}]}""" };

        Assert.Equal("node(s) were unschedulable", Explain(node, new TestPod("p")));
        Assert.Equal("", Explain(node, tolerant));
    }

    [Theory]
    [InlineData("""{"hostPort":80}""", """{"hostPort":80}""", false)]
    [InlineData("""{"hostPort":80}""", """{"hostPort":81}""", true)]
    [InlineData("""{"hostPort":80}""", """{"hostPort":80,"protocol":"UDP"}""", true)]
    [InlineData("""{"hostPort":80,"hostIP":"10.0.0.1"}""", """{"hostPort":80,"hostIP":"10.0.0.2"}""", true)]
    [InlineData("""{"hostPort":80,"hostIP":"10.0.0.1"}""", """{"hostPort":80}""", false)]
    [InlineData("""{"hostPort":80}""", """{"hostPort":80,"hostIP":"10.0.0.1"}""", false)]
    [InlineData("""{"containerPort":80}""", """{"containerPort":80}""", true)]
    public void NodePorts_TwoPods_ShareNoPort(string first, string second, bool fits)
    {
        Assert.Equal(
            fits ? "" : "node(s) didn't have free ports for the requested pod ports",
            Explain(new TestNode("n"), WithPort(second), WithPort(first)));
    }

    [Fact]
    public void NodePorts_HostNetwork_MakesContainerPortsHostPorts() =>
        Assert.Equal(
            "node(s) didn't have free ports for the requested pod ports",
            Explain(new TestNode("n"), WithPort("""{"hostPort":80}"""), WithPort("""{"containerPort":80}""", """ "hostNetwork":true,""")));

    [Fact]
    public void Sentence_Counts_AreSortedAsUpstreamSortsThem()
    {
        var histogram = new Dictionary<string, int> { ["node(s) had untolerated taint {gpu: true}"] = 1, ["Insufficient cpu"] = 2 };

        Assert.Equal(
            "0/3 nodes are available: 1 node(s) had untolerated taint {gpu: true}, 2 Insufficient cpu.",
            FilterChain.Sentence(3, histogram));
        Assert.Equal("no nodes available to schedule pods", FilterChain.Sentence(0, []));
    }

    internal static PodTemplate Template(TestPod pod) => PodTemplate.Read(pod.At(1).Document);

    private static void CheckAffinity(string spec, bool fits)
    {
        var node = new TestNode("n") { Labels = [("disk", "ssd"), ("cores", "16")] };

        Assert.Equal(fits ? "" : "node(s) didn't match Pod's node affinity/selector", Explain(node, new TestPod("p") { Spec = spec }));
    }

    private static string Required(string terms) =>
        $$$$$$"""{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{{{{{{terms}}}}}}]}}}}""";

    private static TestPod WithPort(string port, string spec = "") =>
        new("p") { Spec = $$$"""{{{{spec}}}"containers":[{"name":"a","ports":[{{{port}}}]}]}""" };

    private static string Explain(TestNode node, TestPod pod, params TestPod[] used)
    {
        var table = new NodeTable();
        var slot = table.Slot(node.Name);
        table.Describe(slot, NodeFacts.Read(node.At(1)));
        foreach (var other in used)
        {
            table.CountPod(slot, Template(other), 1);
        }

        var reasons = new List<string>();
        FilterChain.Explain(table.Rows[slot], table.Facts(slot), table.Use(slot), Template(pod), reasons);
        Assert.Equal(reasons.Count == 0, table.Fits(slot, Template(pod)));
        return string.Join('|', reasons);
    }
}
