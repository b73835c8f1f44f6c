using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Scheduling;

namespace Grainhouse.Planning.Tests.Scheduling;

public sealed class NodeLedgerTests
{
    private long revision = 100;

    [Fact]
    public void Admit_Fits_FencesBeforeBinding()
    {
        var ledger = Loaded(new TestNode("n"));
        var pod = new TestPod("p") { Cpu = "3" };

        var admission = ledger.Admit([Claim(pod)]);

        Assert.Equal(ClaimDecision.Bind, Assert.Single(admission.Verdicts).Decision);
        Assert.Equal("_ledger/n", admission.Fence!.Key);
        Assert.Equal(0, admission.Fence.ExpectedRevision);
        Assert.Equal(new FencedPod(pod.Key, pod.ActualUid), Assert.Single(LedgerFence.Read(admission.Fence.Document!.Value)));
        Assert.True(ledger.IsOpen);
    }

    [Fact]
    public void Admit_Batch_EachSeesTheOnesBefore()
    {
        var ledger = Loaded(new TestNode("n"));

        var verdicts = ledger.Admit([Claim(new TestPod("a") { Cpu = "3" }), Claim(new TestPod("b") { Cpu = "2" }), Claim(new TestPod("c") { Cpu = "1" })]).Verdicts;

        Assert.Equal([ClaimDecision.Bind, ClaimDecision.Refused, ClaimDecision.Bind], verdicts.Select(verdict => verdict.Decision));
        Assert.Equal("Insufficient cpu", verdicts[1].Refusal);
    }

    [Fact]
    public void Admit_WhatTheNodeRefuses_IsSaidInTheSchedulersWords()
    {
        var pod = new TestPod("p");

        Assert.Equal("node(s) were unschedulable", Refusal(new TestNode("n") { Unschedulable = true }, pod));
        Assert.Equal("node(s) had untolerated taint {gpu: true}", Refusal(new TestNode("n") { Taints = [("gpu", "true", "NoExecute")] }, pod));
        Assert.Equal("Too many pods", Refusal(new TestNode("n") { Pods = "0" }, pod));
        Assert.Equal("Insufficient cpu, Insufficient memory", Refusal(new TestNode("n"), new TestPod("p") { Cpu = "5", Memory = "9Gi" }));
        Assert.Equal("node(s) didn't match Pod's node affinity/selector", Refusal(new TestNode("n"), new TestPod("p") { Spec = """{"nodeSelector":{"a":"b"}}""" }));
        Assert.Equal("node \"n\" not found", Refusal(null, pod));
    }

    [Fact]
    public void Admit_PodThatCannotBeBound_IsRefused()
    {
        var ledger = Loaded(new TestNode("n"));
        var pod = new TestPod("p");

        Assert.Equal("pod \"default/p\" not found", Refusal(ledger, new LedgerClaim(Claim(pod).Claim, null)));
        Assert.Equal("pod \"default/p\" is gone", Refusal(ledger, Claim(pod with { Deleting = true })));
        Assert.Equal("pod \"default/p\" is gone", Refusal(ledger, Claim(pod with { Phase = "Failed" })));
        Assert.Equal("pod \"default/p\" is gone", Refusal(ledger, new LedgerClaim(Claim(pod).Claim, (pod with { Uid = "later" }).At(9))));
        Assert.Equal("pod \"default/p\" is assigned to node \"m\"", Refusal(ledger, Claim(pod with { Node = "m" })));
    }

    [Fact]
    public void Admit_Again_BindsAgainWithoutAFence()
    {
        var ledger = Loaded(new TestNode("n"));
        var pod = new TestPod("p") { Cpu = "3" };
        ledger.Admit([Claim(pod)]);
        ledger.Confirm(new WriteOutcome(true, ++revision));

        var again = ledger.Admit([Claim(pod)]);

        Assert.Equal(ClaimDecision.Bind, Assert.Single(again.Verdicts).Decision);
        Assert.Null(again.Fence);
        ledger.Settled(pod.ActualUid, bound: true);
        Assert.Equal(ClaimDecision.AlreadyBound, Assert.Single(ledger.Admit([Claim(pod)]).Verdicts).Decision);
    }

    [Fact]
    public void Admit_WhileOpen_IsAnError()
    {
        var ledger = Loaded(new TestNode("n"));
        ledger.Admit([Claim(new TestPod("p"))]);

        Assert.Throws<InvalidOperationException>(() => ledger.Admit([Claim(new TestPod("q"))]));
    }

    [Fact]
    public void Confirm_Conflict_LosesTheLedger()
    {
        var ledger = Loaded(new TestNode("n"));
        ledger.Admit([Claim(new TestPod("p"))]);

        Assert.False(ledger.Confirm(new WriteOutcome(false, 7)));

        Assert.True(ledger.IsLost);
        Assert.Throws<InvalidOperationException>(() => ledger.Admit([Claim(new TestPod("p"))]));
    }

    [Fact]
    public void Rollback_TakesTheAdmissionBack()
    {
        var ledger = Loaded(new TestNode("n"));
        ledger.Admit([Claim(new TestPod("p") { Cpu = "4" })]);

        ledger.Rollback();

        Assert.Equal(ClaimDecision.Bind, Assert.Single(ledger.Admit([Claim(new TestPod("q") { Cpu = "4" })]).Verdicts).Decision);
    }

    [Fact]
    public void Abandon_TakesNoMoreClaims()
    {
        var ledger = Loaded(new TestNode("n"));
        ledger.Admit([Claim(new TestPod("p"))]);

        ledger.Abandon();

        Assert.True(ledger.IsLost);
        Assert.Throws<InvalidOperationException>(() => ledger.Admit([Claim(new TestPod("q"))]));
    }

    [Fact]
    public void Settled_Bound_LeavesTheNextFence()
    {
        var ledger = Loaded(new TestNode("n"));
        Admit(ledger, new TestPod("a"), new TestPod("b"));
        ledger.Settled("uid-a", bound: true);

        var fence = ledger.Admit([Claim(new TestPod("c"))]).Fence!;

        Assert.Equal(["uid-b", "uid-c"], LedgerFence.Read(fence.Document!.Value).Select(pod => pod.Uid).Order());
        Assert.Equal(revision, fence.ExpectedRevision);
    }

    [Fact]
    public void Settled_NeverBound_FreesTheRoom()
    {
        var ledger = Loaded(new TestNode("n"));
        Admit(ledger, new TestPod("a") { Cpu = "4" });

        ledger.Settled("uid-a", bound: false);

        Assert.Equal("", Refusal(ledger, Claim(new TestPod("b") { Cpu = "4" })));
    }

    [Theory]
    [InlineData(ChangeKind.Deleted, "Running")]
    [InlineData(ChangeKind.Modified, "Succeeded")]
    [InlineData(ChangeKind.Modified, "Failed")]
    public void Apply_PodEnds_FreesTheRoom(ChangeKind kind, string phase)
    {
        var bound = new TestPod("a") { Cpu = "4", Node = "n" };
        var ledger = Loaded(new TestNode("n"), bound);
        Assert.Equal("Insufficient cpu", Refusal(ledger, Claim(new TestPod("b") { Cpu = "1" })));

        Apply(ledger, bound with { Phase = phase }, kind);

        Assert.Equal("", Refusal(ledger, Claim(new TestPod("b") { Cpu = "1" })));
    }

    [Fact]
    public void Apply_DeletionToldWithTheLastState_FreesTheRoom()
    {
        var bound = new TestPod("a") { Cpu = "4", Node = "n" };
        var ledger = Loaded(new TestNode("n"), bound);

        ledger.Apply(new ObjectChange(ChangeKind.Deleted, bound.At(2), null));

        Assert.Equal("", Refusal(ledger, Claim(new TestPod("b") { Cpu = "1" })));
    }

    [Fact]
    public void Apply_ChangeFromBeforeTheSnapshot_BringsNoPodBack()
    {
        var ledger = Loaded(new TestNode("n"));

        ledger.Apply(new ObjectChange(ChangeKind.Added, new TestPod("a") { Cpu = "4", Node = "n" }.At(50), null));
        ledger.Apply(new ObjectChange(ChangeKind.Deleted, new TestNode("n").At(0), null));

        Assert.Equal("", Refusal(ledger, Claim(new TestPod("b") { Cpu = "1" })));
    }

    [Fact]
    public void Apply_PendingPodInFlight_KeepsItsRoom()
    {
        var ledger = Loaded(new TestNode("n"));
        Admit(ledger, new TestPod("a") { Cpu = "4" });

        Apply(ledger, new TestPod("a") { Cpu = "4" });

        Assert.Equal("Insufficient cpu", Refusal(ledger, Claim(new TestPod("b") { Cpu = "1" })));
    }

    [Fact]
    public void Apply_InFlightPodBoundElsewhere_FreesTheRoom()
    {
        var ledger = Loaded(new TestNode("n"));
        Admit(ledger, new TestPod("a") { Cpu = "4" });

        Apply(ledger, new TestPod("a") { Cpu = "4", Node = "m" });

        Assert.Equal("", Refusal(ledger, Claim(new TestPod("b") { Cpu = "1" })));
    }

    [Fact]
    public void Apply_StaticPodThatFits_IsCounted()
    {
        var ledger = Loaded(new TestNode("n"));

        Assert.Empty(Apply(ledger, new TestPod("static") { Cpu = "3", Node = "n" }));

        Assert.Equal("Insufficient cpu", Refusal(ledger, Claim(new TestPod("b") { Cpu = "2" })));
    }

    [Fact]
    public void Apply_StaticPodThatDoesNotFit_IsRejectedInAKubeletsWords()
    {
        var ledger = Loaded(new TestNode("n") { Pods = "2" }, new TestPod("a") { Cpu = "3", HostPort = 80, Node = "n" });

        var cpu = Assert.Single(Apply(ledger, new TestPod("b") { Cpu = "2", Node = "n" }));
        Assert.Equal("OutOfcpu", cpu.Reason);
        Assert.Equal("Node didn't have enough resource: cpu, requested: 2000, used: 3000, capacity: 4000", cpu.Message);
        Assert.Equal("OutOfmemory", Assert.Single(Apply(ledger, new TestPod("c") { Memory = "9Gi", Node = "n" })).Reason);
        var port = Assert.Single(Apply(ledger, new TestPod("d") { HostPort = 80, Node = "n" }));
        Assert.Equal("NodePorts", port.Reason);
        Assert.Equal("Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports", port.Message);
        Assert.Empty(Apply(ledger, new TestPod("e") { Node = "n" }));
        Assert.Equal("OutOfpods", Assert.Single(Apply(ledger, new TestPod("f") { Node = "n" })).Reason);
    }

    [Fact]
    public void Apply_NodeShrinks_RejectsNothingButAdmitsNoMore()
    {
        var ledger = Loaded(new TestNode("n"), new TestPod("a") { Cpu = "3", Node = "n" });

        ledger.Apply(new ObjectChange(ChangeKind.Modified, new TestNode("n") { Cpu = "1" }.At(++revision), null));

        Assert.Equal("Insufficient cpu", Refusal(ledger, Claim(new TestPod("b") { Cpu = "100m" })));
        Assert.Equal(1, ledger.Pods);
    }

    [Fact]
    public void Apply_PodsBeforeTheirNode_AreTakenWhenItComes()
    {
        var ledger = Loaded(null, new TestPod("old") { Cpu = "3", Node = "n", CreatedAtSecond = 1 });
        Assert.Empty(Apply(ledger, new TestPod("young") { Cpu = "3", Node = "n", CreatedAtSecond = 2 }));
        Assert.Equal("node \"n\" not found", Refusal(ledger, Claim(new TestPod("b"))));

        var rejected = ledger.Apply(new ObjectChange(ChangeKind.Added, new TestNode("n").At(++revision), null));

        Assert.Equal("young", Assert.Single(rejected).Pod.Name);
        Assert.Equal(1, ledger.Pods);
    }

    [Fact]
    public void Load_Fence_SaysWhatToBind()
    {
        var fence = new StoredDocument("_ledger/n", 50, Fence("pending", "bound", "elsewhere", "ended", "gone", "reborn"));
        var ledger = new NodeLedger("n");

        var start = ledger.Load(
            60,
            new TestNode("n").At(1),
            fence,
            [new TestPod("bound") { Cpu = "1", Node = "n" }.At(51)],
            [
                new TestPod("pending") { Cpu = "2" }.At(40),
                new TestPod("bound") { Cpu = "1", Node = "n" }.At(51),
                new TestPod("elsewhere") { Cpu = "4", Node = "m" }.At(41),
                new TestPod("ended") { Cpu = "4", Phase = "Failed" }.At(42),
                new TestPod("reborn") { Cpu = "4", Uid = "another" }.At(43),
            ]);

        Assert.Equal(new PodClaim(new TestPod("pending").Key, "uid-pending", 40), Assert.Single(start.ToBind));
        Assert.Equal(2, ledger.Pods);
        Assert.Equal("Insufficient cpu", Refusal(ledger, Claim(new TestPod("b") { Cpu = "1001m" })));
        Assert.Equal(50, ledger.Admit([Claim(new TestPod("c") { Cpu = "1" })]).Fence!.ExpectedRevision);
    }

    [Fact]
    public void Load_SnapshotOlderThanTheFence_IsRefused() =>
        Assert.Throws<ArgumentException>(
            () => new NodeLedger("n").Load(49, null, new StoredDocument("_ledger/n", 50, Fence()), [], []));

    [Fact]
    public void Load_TooManyPods_KeepsWhatRunsThenWhatWasScheduledThenTheOldest()
    {
        var ledger = new NodeLedger("n");

        var start = ledger.Load(
            10,
            new TestNode("n").At(1),
            null,
            [
                new TestPod("young") { Cpu = "1", Node = "n", CreatedAtSecond = 3 }.At(2),
                new TestPod("old") { Cpu = "1", Node = "n", CreatedAtSecond = 2 }.At(3),
                new TestPod("runs") { Cpu = "3", Node = "n", CreatedAtSecond = 9, Started = true }.At(4),
                new TestPod("ended") { Cpu = "3", Node = "n", Phase = "Succeeded" }.At(5),
            ],
            []);

        Assert.Equal("young", Assert.Single(start.Rejected).Pod.Name);
    }

    private static ReadOnlyMemory<byte> Fence(params string[] pods) =>
        LedgerFence.Write(pods.Select(name => new FencedPod(new TestPod(name).Key, $"uid-{name}")));

    private NodeLedger Loaded(TestNode? node, params TestPod[] bound)
    {
        var ledger = new NodeLedger("n");
        var start = ledger.Load(++revision, node?.At(1), null, bound.Select(pod => pod.At(2)), []);
        Assert.Empty(start.ToBind);
        Assert.Empty(start.Rejected);
        return ledger;
    }

    private string Refusal(TestNode? node, TestPod pod) => Refusal(Loaded(node), Claim(pod));

    private static string Refusal(NodeLedger ledger, LedgerClaim claim)
    {
        var verdict = Assert.Single(ledger.Admit([claim]).Verdicts);
        ledger.Rollback();
        return verdict.Refusal;
    }

    private void Admit(NodeLedger ledger, params TestPod[] pods)
    {
        Assert.All(ledger.Admit([.. pods.Select(Claim)]).Verdicts, verdict => Assert.Equal(ClaimDecision.Bind, verdict.Decision));
        Assert.True(ledger.Confirm(new WriteOutcome(true, ++revision)));
    }

    private System.Collections.Immutable.ImmutableArray<PodRejection> Apply(NodeLedger ledger, TestPod pod, ChangeKind kind = ChangeKind.Modified) =>
        ledger.Apply(new ObjectChange(kind, pod.At(++revision), null));

    private static LedgerClaim Claim(TestPod pod) => new(new PodClaim(pod.Key, pod.ActualUid, 3), pod.At(3));
}
