using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Runtimes;
using k8s.Models;

namespace Grainhouse.HostAgent.Tests.Pods;

/// <summary>What a look at the runtime shows: pods of an agent before this one, sandboxes that died.</summary>
public sealed class PodAdoptionTests
{
    [Fact]
    public void Adoption_OfARunningContainer_StartsNothing()
    {
        var lab = new PodLab();
        var running = new ContainerState { Id = "c9", Name = "web", Attempt = 2, Phase = ContainerPhase.Running, StartedAt = PodLab.Start.AddHours(-1) };
        lab.Step(new PodInput.Observed(lab.Sandbox(true, running), lab.Now));

        lab.Run(PodLab.Pod());

        Assert.Empty(lab.Log.OfType<PodAction.StartContainer>());
        Assert.Empty(lab.Log.OfType<PodAction.EnsureSandbox>());
        Assert.Equal(2, lab.Web.RestartCount);
        Assert.True(lab.Web.Ready);
    }

    [Fact]
    public void Adoption_OfAContainerThatDiedMeanwhile_RestartsIt()
    {
        var lab = new PodLab();
        var dead = new ContainerState { Id = "c9", Name = "web", Attempt = 2, Phase = ContainerPhase.Exited, StartedAt = PodLab.Start.AddHours(-1), FinishedAt = PodLab.Start, ExitCode = 9 };
        lab.Step(new PodInput.Observed(lab.Sandbox(true, dead), lab.Now));

        lab.Run(PodLab.Pod());

        Assert.Equal(3, lab.Web.RestartCount);
        Assert.Equal(9, lab.Web.LastState.Terminated.ExitCode);
        Assert.Equal("c9", lab.Record("web").PreviousId);
    }

    [Fact]
    public void SandboxDeath_MakesANewOne_AndRestartsAll()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.InitContainers = [Init("first")]));
        lab.Exit("first", 0);

        lab.Now += TimeSpan.FromSeconds(1);
        lab.Step(new PodInput.Observed(lab.Sandbox(false), lab.Now));
        lab.Settle();
        Assert.Equal("first", lab.Log.OfType<PodAction.StartContainer>().Last().Spec.Name);
        lab.Exit("first", 0);

        Assert.NotNull(lab.Web.State.Running);
        Assert.Equal(1, lab.Web.RestartCount);
        Assert.Equal(1, lab.State.SandboxAttempt);
        Assert.Contains(lab.Events, report => report.Reason == "SandboxChanged");
    }

    [Fact]
    public void Observation_FromBeforeTheStart_ChangesNothing()
    {
        var lab = new PodLab();
        var takenAt = lab.Now;
        lab.Now += TimeSpan.FromSeconds(1);
        lab.Run(PodLab.Pod());

        lab.Step(new PodInput.Observed(null, takenAt));
        lab.Settle();

        Assert.NotNull(lab.Web.State.Running);
        Assert.Equal(0, lab.Web.RestartCount);
    }

    private static V1Container Init(string name) => new() { Name = name, Image = "busybox:1.36", Command = ["true"] };
}
