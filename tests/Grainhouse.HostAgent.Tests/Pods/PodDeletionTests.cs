using Grainhouse.HostAgent.Pods;
using k8s.Models;

namespace Grainhouse.HostAgent.Tests.Pods;

/// <summary>Pods that are to go.</summary>
public sealed class PodDeletionTests
{
    [Fact]
    public void Delete_StopsWithItsGrace_ThenCleansUp()
    {
        var lab = new PodLab().Run(PodLab.Pod());

        lab.Delete(grace: 7);
        Assert.Equal(TimeSpan.FromSeconds(7), lab.Log.OfType<PodAction.StopContainer>().Single().Grace);
        Assert.False(lab.State.Finished);
        lab.Settle();

        Assert.True(lab.State.Finished);
        Assert.Single(lab.Log.OfType<PodAction.RemoveSandbox>());
        Assert.Equal("Failed", lab.Status.Phase);
    }

    [Fact]
    public void Delete_Again_WithLessGrace_ShortensIt()
    {
        var lab = new PodLab().Run(PodLab.Pod());
        lab.Delete(grace: 30);

        lab.Delete(grace: 0);

        Assert.Equal([TimeSpan.FromSeconds(30), TimeSpan.Zero], lab.Log.OfType<PodAction.StopContainer>().Select(stop => stop.Grace));
    }

    [Fact]
    public void Delete_WithAPreStopHook_RunsItFirst()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.Containers[0].Lifecycle =
            new V1Lifecycle { PreStop = new V1LifecycleHandler { Exec = new V1ExecAction { Command = ["bye"] } } }));

        lab.Delete();
        Assert.Empty(lab.Log.OfType<PodAction.StopContainer>());
        Assert.Equal(HookKind.PreStop, lab.Log.OfType<PodAction.RunHook>().Single().Kind);
        lab.Now += TimeSpan.FromSeconds(12);
        lab.Settle();

        Assert.Equal(TimeSpan.FromSeconds(18), lab.Log.OfType<PodAction.StopContainer>().Single().Grace);
        Assert.True(lab.State.Finished);
    }

    [Fact]
    public void Delete_WithAHookThatHangs_StopsAtTheDeadline()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.Containers[0].Lifecycle =
            new V1Lifecycle { PreStop = new V1LifecycleHandler { Exec = new V1ExecAction { Command = ["hang"] } } }));
        lab.Delete(grace: 5);

        lab.Now += TimeSpan.FromSeconds(5);
        var actions = lab.Step(PodInput.Tick.Instance);

        Assert.Equal(TimeSpan.FromSeconds(2), actions.OfType<PodAction.StopContainer>().Single().Grace);
    }

    [Fact]
    public void Delete_BeforeAnythingRan_FinishesWithoutStarting()
    {
        var lab = new PodLab();
        lab.Order(PodLab.Pod());

        lab.Delete();
        lab.Settle();

        Assert.True(lab.State.Finished);
        Assert.Empty(lab.Log.OfType<PodAction.StartContainer>());
    }

    [Fact]
    public void NotWanted_StopsWithinASecond()
    {
        var lab = new PodLab().Run(PodLab.Pod());

        lab.Step(new PodInput.NotWanted());
        lab.Settle();

        Assert.Equal(TimeSpan.FromSeconds(1), lab.Log.OfType<PodAction.StopContainer>().Single().Grace);
        Assert.True(lab.State.Finished);
    }

    [Fact]
    public void NotWanted_SandboxWithoutAnOrder_IsRemoved()
    {
        var lab = new PodLab();
        lab.Step(new PodInput.Observed(lab.Sandbox(true), lab.Now));

        lab.Step(new PodInput.NotWanted());
        lab.Settle();

        Assert.Equal("s0", lab.Log.OfType<PodAction.RemoveSandbox>().Single().SandboxId);
        Assert.True(lab.State.Finished);
    }
}
