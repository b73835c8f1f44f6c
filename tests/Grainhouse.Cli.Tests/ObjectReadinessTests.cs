using System.Text.Json.Nodes;
using Grainhouse.Cli.Readiness;

namespace Grainhouse.Cli.Tests;

public sealed class ObjectReadinessTests
{
    [Fact]
    public void Of_DeploymentAllAvailable_IsReady()
    {
        Assert.Equal(new ObjectReadiness(true, "3/3 ready"), ObjectReadiness.Of(Deployment(3, updated: 3, available: 3, total: 3), []));
    }

    [Fact]
    public void Of_DeploymentWithAnOldPodLeft_IsNotReady()
    {
        Assert.False(ObjectReadiness.Of(Deployment(3, updated: 3, available: 3, total: 4), []).Ready);
    }

    [Fact]
    public void Of_DeploymentThatItsReconcilerHasNotSeen_IsNotReady()
    {
        Assert.False(ObjectReadiness.Of(Deployment(3, updated: 3, available: 3, total: 3, observed: 1), []).Ready);
    }

    [Fact]
    public void Of_DeploymentWhosePodCannotPull_SaysWhichAndWhy()
    {
        var pod = Parse("""
            {"kind":"Pod","metadata":{"name":"web-1","namespace":"default","labels":{"app":"web"}},
             "status":{"phase":"Pending","containerStatuses":[{"name":"main","state":{"waiting":{"reason":"ErrImagePull","message":"no such image"}}}]}}
            """);

        var readiness = ObjectReadiness.Of(Deployment(1, updated: 1, available: 0, total: 1), [pod]);

        Assert.Equal(new ObjectReadiness(false, "0/1 ready", "web-1, container main: ErrImagePull: no such image"), readiness);
    }

    [Fact]
    public void Of_PodThatNoNodeTakes_SaysTheSchedulersWords()
    {
        var pod = Parse("""
            {"kind":"Pod","metadata":{"name":"huge"},"status":{"phase":"Pending",
             "conditions":[{"type":"PodScheduled","status":"False","message":"0/1 nodes are available: 1 Insufficient cpu."}]}}
            """);

        Assert.Equal(new ObjectReadiness(false, "Pending", "huge: 0/1 nodes are available: 1 Insufficient cpu."), ObjectReadiness.Of(pod, []));
    }

    [Fact]
    public void Of_PodWhoseContainerIsBeingMade_IsNotInTrouble()
    {
        var pod = Parse("""{"kind":"Pod","metadata":{"name":"p"},"status":{"phase":"Pending","containerStatuses":[{"name":"c","state":{"waiting":{"reason":"ContainerCreating"}}}]}}""");

        Assert.Equal(new ObjectReadiness(false, "Pending"), ObjectReadiness.Of(pod, []));
    }

    [Fact]
    public void Of_CrashLoop_SaysTheLastExitCode()
    {
        var pod = Parse("""
            {"kind":"Pod","metadata":{"name":"p"},"status":{"phase":"Running","containerStatuses":[{"name":"c",
             "state":{"waiting":{"reason":"CrashLoopBackOff","message":"back-off 10s"}},"lastState":{"terminated":{"exitCode":3}}}]}}
            """);

        Assert.Equal("p, container c: CrashLoopBackOff (last exit code 3): back-off 10s", ObjectReadiness.Of(pod, []).Trouble);
    }

    [Fact]
    public void Of_CordonedNode_IsReadyAndSaysSo()
    {
        var node = Parse("""{"kind":"Node","spec":{"unschedulable":true},"status":{"conditions":[{"type":"Ready","status":"True"}]}}""");

        Assert.Equal(new ObjectReadiness(true, "Ready,SchedulingDisabled"), ObjectReadiness.Of(node, []));
    }

    [Fact]
    public void Of_NothingThere_IsMissing()
    {
        Assert.Equal(new ObjectReadiness(false, "missing"), ObjectReadiness.Of(null, []));
    }

    private static JsonObject Deployment(int replicas, int updated, int available, int total, int observed = 2) => Parse($$"""
        {"kind":"Deployment","metadata":{"name":"web","namespace":"default","generation":2},
         "spec":{"replicas":{{replicas}},"selector":{"matchLabels":{"app":"web"} } },
         "status":{"observedGeneration":{{observed}},"updatedReplicas":{{updated}},"availableReplicas":{{available}},"replicas":{{total}} } }
        """);

    private static JsonObject Parse(string json) => (JsonObject)JsonNode.Parse(json)!;
}
