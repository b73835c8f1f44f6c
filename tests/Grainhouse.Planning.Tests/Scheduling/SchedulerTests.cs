using System.Collections.Immutable;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Scheduling;

namespace Grainhouse.Planning.Tests.Scheduling;

public sealed class SchedulerTests
{
    private readonly Scheduler scheduler = new();
    private long revision;

    [Fact]
    public void Propose_TwoNodes_SpreadsByLoad()
    {
        Add(new TestNode("a"), new TestNode("b"));
        Add(new TestPod("p1") { Cpu = "1" }, new TestPod("p2") { Cpu = "1" });

        Assert.Equal(["a", "b"], Propose().Select(placement => placement.Node).Order());
    }

    [Fact]
    public void Propose_MostAllocated_Packs()
    {
        var packing = new Scheduler(new SchedulerOptions { Strategy = FitStrategy.MostAllocated });
        packing.Load(
            [new TestNode("a").At(1), new TestNode("b").At(2)],
            [new TestPod("p1") { Cpu = "1", Memory = "2Gi" }.At(3), new TestPod("p2") { Cpu = "1", Memory = "2Gi" }.At(4)]);

        Assert.Single(packing.Propose(10, new Random(1)).Select(placement => placement.Node).Distinct());
    }

    [Fact]
    public void Propose_Priorities_HighFirstThenOld()
    {
        Add(new TestNode("a") { Pods = "3" });
        Add(
            new TestPod("young") { CreatedAtSecond = 9 },
            new TestPod("old") { CreatedAtSecond = 1, Image = "other" },
            new TestPod("late") { CreatedAtSecond = 20 },
            new TestPod("urgent") { CreatedAtSecond = 30, Priority = 5 });

        Assert.Equal(["urgent", "old", "young"], Propose().Select(placement => placement.Pod.Name));
    }

    [Fact]
    public void Propose_Max_LeavesTheRestForLater()
    {
        Add(new TestNode("a"));
        Add(new TestPod("p1"), new TestPod("p2"), new TestPod("p3"));

        Assert.Equal(2, Propose(2).Length);
        Assert.True(scheduler.HasWork);
        Assert.Single(Propose(2));
        Assert.False(scheduler.HasWork);
        Assert.Empty(Propose(2));
    }

    [Fact]
    public void TakeFailures_NothingFits_ExplainsInUpstreamsWords()
    {
        Add(
            new TestNode("a") { Cpu = "1" },
            new TestNode("b") { Cpu = "1" },
            new TestNode("c") { Taints = [("gpu", "true", "NoSchedule")] });
        Add(new TestPod("p") { Cpu = "2" });

        Assert.Empty(Propose());

        var failure = Assert.Single(scheduler.TakeFailures());
        Assert.Equal("Unschedulable", failure.Reason);
        Assert.Equal("0/3 nodes are available: 1 node(s) had untolerated taint {gpu: true}, 2 Insufficient cpu.", failure.Message);
        Assert.Empty(scheduler.TakeFailures());
    }

    [Fact]
    public void TakeFailures_NoNodes_SaysSo()
    {
        Add(new TestPod("p"));

        Assert.Empty(Propose());
        Assert.Equal("no nodes available to schedule pods", Assert.Single(scheduler.TakeFailures()).Message);
    }

    [Fact]
    public void TakeFailures_ConditionSaysItAlready_IsSilent()
    {
        Add(new TestPod("p") { Unschedulable = "no nodes available to schedule pods" });

        Assert.Empty(Propose());
        Assert.Empty(scheduler.TakeFailures());
    }

    [Fact]
    public void Apply_OwnConditionWritten_DoesNotWakeThePod()
    {
        Add(new TestNode("a") { Cpu = "1" });
        Add(new TestPod("p") { Cpu = "2" });
        Propose();
        var failure = Assert.Single(scheduler.TakeFailures());

        Add(new TestPod("p") { Cpu = "2", Unschedulable = failure.Message });

        Assert.False(scheduler.HasWork);
        Assert.Empty(Propose());
        Assert.Empty(scheduler.TakeFailures());
    }

    [Fact]
    public void Apply_NodeThatFits_WakesParkedPods()
    {
        Add(new TestNode("a") { Cpu = "1" });
        Add(new TestPod("p") { Cpu = "2" });
        Propose();

        Add(new TestNode("b") { Cpu = "1" });
        Assert.Empty(Propose());
        Add(new TestNode("c"));

        Assert.Equal("c", Assert.Single(Propose()).Node);
    }

    [Fact]
    public void Apply_PodLeaves_WakesParkedPods()
    {
        Add(new TestNode("a"));
        Add(new TestPod("used") { Cpu = "3", Node = "a", Phase = "Running" }, new TestPod("p") { Cpu = "2" });
        Assert.Empty(Propose());

        Add(new TestPod("used") { Cpu = "3", Node = "a", Phase = "Succeeded" });

        Assert.Equal("p", Assert.Single(Propose()).Pod.Name);
    }

    [Fact]
    public void Apply_PodChanged_IsLookedAtAgain()
    {
        Add(new TestNode("a"));
        Add(new TestPod("p") { Cpu = "5" });
        Assert.Empty(Propose());

        Add(new TestPod("p") { Cpu = "1" });

        Assert.Single(Propose());
    }

    [Fact]
    public void Retry_ParkedClass_BringsTheExplanationUpToDate()
    {
        Add([.. Enumerable.Range(0, 8).Select(index => new TestNode($"a{index}") { Cpu = "1" })]);
        Add(new TestPod("p") { Cpu = "2" });
        Propose();
        scheduler.TakeFailures();
        Add(new TestNode("b") { Cpu = "1" });
        Assert.Empty(Propose());
        Assert.Empty(scheduler.TakeFailures());

        scheduler.Retry(10);

        Assert.Empty(Propose());
        Assert.Equal("0/9 nodes are available: 9 Insufficient cpu.", Assert.Single(scheduler.TakeFailures()).Message);
    }

    [Fact]
    public void Retry_ReportWasLost_TellsItAgain()
    {
        Add(new TestPod("p"));
        Propose();
        Assert.Single(scheduler.TakeFailures());

        scheduler.Retry(1);
        Propose();

        Assert.Single(scheduler.TakeFailures());
    }

    [Fact]
    public void Apply_OlderThanThePicture_ChangesNothing()
    {
        var loaded = new Scheduler();
        loaded.Load([new TestNode("a").At(1)], [new TestPod("p") { Node = "a", Cpu = "4" }.At(9)]);

        loaded.Apply(new ObjectChange(ChangeKind.Added, new TestPod("p") { Cpu = "4" }.At(5), null));
        loaded.Apply(new ObjectChange(ChangeKind.Added, new TestPod("q") { Cpu = "1" }.At(10), null));

        Assert.Empty(loaded.Propose(10, new Random(1)));
    }

    [Fact]
    public void Propose_Assumed_CountsUntilResolved()
    {
        Add(new TestNode("a"));
        Add(new TestPod("p1") { Cpu = "3" });
        var placement = Assert.Single(Propose());
        Add(new TestPod("p2") { Cpu = "3" });
        Assert.Empty(Propose());

        scheduler.Resolve(new PodVerdict(placement.Uid, true, ""));
        Add(new TestPod("p1") { Cpu = "3" });
        Assert.Empty(Propose());
        Add(new TestPod("p1") { Cpu = "3", Node = "a" });
        Assert.Empty(Propose());

        Apply(ChangeKind.Deleted, new TestPod("p1") { Cpu = "3", Node = "a" }.At(++revision));
        Assert.Equal("p2", Assert.Single(Propose()).Pod.Name);
    }

    [Fact]
    public void Resolve_Refused_AvoidsTheNodeUntilItsPictureChanges()
    {
        Add(new TestNode("a"));
        Add(new TestPod("p") { Cpu = "3" });
        var placement = Assert.Single(Propose());

        scheduler.Resolve(new PodVerdict(placement.Uid, false, "Insufficient cpu"));

        Assert.Empty(Propose());
        Assert.Equal("0/1 nodes are available: 1 Insufficient cpu.", Assert.Single(scheduler.TakeFailures()).Message);
        Assert.False(scheduler.HasWork);
        Add(new TestPod("foreign") { Node = "a", Cpu = "1" });
        Assert.Equal("p", Assert.Single(Propose()).Pod.Name);
    }

    [Fact]
    public void Resolve_Refused_TakesAnotherNode()
    {
        Add(new TestNode("a"), new TestNode("b"));
        Add(new TestPod("p"));
        var first = Assert.Single(Propose());

        scheduler.Resolve(new PodVerdict(first.Uid, false, "Too many pods"));

        Assert.NotEqual(first.Node, Assert.Single(Propose()).Node);
    }

    [Fact]
    public void Resolve_Refused_RetryForgetsIt()
    {
        Add(new TestNode("a"));
        Add(new TestPod("p"));
        scheduler.Resolve(new PodVerdict(Assert.Single(Propose()).Uid, false, "Too many pods"));
        Assert.Empty(Propose());

        scheduler.Retry(1);

        Assert.Single(Propose());
    }

    [Fact]
    public void Resolve_RefusedButBoundAfterAll_IsBound()
    {
        Add(new TestNode("a") { Pods = "1" });
        Add(new TestPod("p"));
        scheduler.Resolve(new PodVerdict(Assert.Single(Propose()).Uid, false, "the node did not answer"));
        Add(new TestPod("p") { Node = "a" });
        Add(new TestPod("q"));

        Assert.Empty(Propose());
        Assert.Equal("0/1 nodes are available: 1 Too many pods.", Assert.Single(scheduler.TakeFailures()).Message);
    }

    [Fact]
    public void Propose_OthersPods_AreLeftAlone()
    {
        Add(new TestNode("a"));
        Add(
            new TestPod("theirs") { SchedulerName = "my-scheduler" },
            new TestPod("going") { Deleting = true },
            new TestPod("done") { Phase = "Failed" },
            new TestPod("bound") { Node = "a" });

        Assert.Empty(Propose());
        Assert.Empty(scheduler.TakeFailures());
    }

    [Fact]
    public void Apply_GatesOpen_ThePodIsPlaced()
    {
        Add(new TestNode("a"));
        Add(new TestPod("p") { Gated = true });
        Assert.Empty(Propose());
        var failure = Assert.Single(scheduler.TakeFailures());
        Assert.Equal("SchedulingGated", failure.Reason);
        Assert.Equal("Scheduling is blocked due to non-empty scheduling gates", failure.Message);

        Add(new TestPod("p"));

        Assert.Single(Propose());
    }

    [Fact]
    public void Propose_PodsOfOneController_KeepApart()
    {
        Add(new TestNode("big") { Cpu = "64", Memory = "256Gi" }, new TestNode("small") { Cpu = "2" });
        Add(new TestPod("p1") { Controller = "rs" }, new TestPod("p2") { Controller = "rs" });

        Assert.Equal(["big", "small"], Propose().Select(placement => placement.Node).Order());
    }

    [Fact]
    public void Propose_ImageOnANode_PrefersIt()
    {
        Add(new TestNode("a"), new TestNode("b") { Images = [("app:1", 900_000_000)] }, new TestNode("c"));
        Add(new TestPod("p") { Image = "app:1" });

        Assert.Equal("b", Assert.Single(Propose()).Node);
    }

    [Fact]
    public void Propose_PreferredAffinityAndTaints_DecideBetweenEqualNodes()
    {
        Add(
            new TestNode("a") { Labels = [("disk", "ssd")], Taints = [("soft", "", "PreferNoSchedule")] },
            new TestNode("b") { Labels = [("disk", "ssd")] },
            new TestNode("c"));
        Add(new TestPod("p")
        {
            Spec = """{"affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"weight":1,"preference":{"matchExpressions":[{"key":"disk","operator":"In","values":["ssd"]}]}}]}}}""",
        });

        Assert.Equal("b", Assert.Single(Propose()).Node);
    }

    [Fact]
    public void Propose_HostPort_OnePodANode()
    {
        Add(new TestNode("a"), new TestNode("b"));
        Add(new TestPod("p1") { HostPort = 80 }, new TestPod("p2") { HostPort = 80 }, new TestPod("p3") { HostPort = 80 });

        Assert.Equal(["a", "b"], Propose().Select(placement => placement.Node).Order());
        Assert.Equal(
            "0/2 nodes are available: 2 node(s) didn't have free ports for the requested pod ports.",
            Assert.Single(scheduler.TakeFailures()).Message);
    }

    [Fact]
    public void Apply_NodeDeletedAndBack_KeepsItsPodsCounted()
    {
        Add(new TestNode("a") { Pods = "1" });
        Add(new TestPod("bound") { Node = "a" });
        Apply(ChangeKind.Deleted, new TestNode("a").At(++revision));
        Add(new TestPod("p"));
        Assert.Empty(Propose());
        Assert.Equal("no nodes available to schedule pods", Assert.Single(scheduler.TakeFailures()).Message);

        Add(new TestNode("a") { Pods = "1" });

        scheduler.Retry(1);
        Assert.Empty(Propose());
        Assert.Equal("0/1 nodes are available: 1 Too many pods.", Assert.Single(scheduler.TakeFailures()).Message);
    }

    [Fact]
    public void Apply_PodsBeforeTheirNode_AreCounted()
    {
        Add(new TestPod("bound") { Node = "a", Cpu = "3" });
        Add(new TestNode("a"));
        Add(new TestPod("p") { Cpu = "2" });

        Assert.Empty(Propose());
    }

    private ImmutableArray<Placement> Propose(int max = 100) => scheduler.Propose(max, new Random(42));

    private void Add(params TestNode[] nodes)
    {
        foreach (var node in nodes)
        {
            Apply(ChangeKind.Modified, node.At(++revision));
        }
    }

    private void Add(params TestPod[] pods)
    {
        foreach (var pod in pods)
        {
            Apply(ChangeKind.Modified, pod.At(++revision));
        }
    }

    private void Apply(ChangeKind kind, KubeObject changed) => scheduler.Apply(new ObjectChange(kind, changed, null));
}
