using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Runtimes;
using k8s.Models;

namespace Grainhouse.HostAgent.Tests.Pods;

/// <summary>Containers that end, and when they run again.</summary>
public sealed class PodRestartTests
{
    [Fact]
    public void Crash_First_RestartsAtOnce()
    {
        var lab = new PodLab().Run(PodLab.Pod());

        lab.Exit("web", 137);

        Assert.NotNull(lab.Web.State.Running);
        Assert.Equal(1, lab.Web.RestartCount);
        Assert.Equal(137, lab.Web.LastState.Terminated.ExitCode);
        Assert.Equal("Error", lab.Web.LastState.Terminated.Reason);
    }

    [Fact]
    public void CrashLoop_BacksOff_TenTwentyForty()
    {
        var lab = new PodLab().Run(PodLab.Pod());
        List<double> delays = [];
        for (var crash = 0; crash < 8; crash++)
        {
            var crashedAt = lab.Now;
            lab.Exit("web", 1);
            if (lab.Web.State.Waiting is { } waiting)
            {
                Assert.Equal("CrashLoopBackOff", waiting.Reason);
                Assert.Equal(crash, lab.Web.RestartCount);
            }

            while (lab.Web.State.Running is null)
            {
                lab.Pass((lab.State.WakeAt!.Value - lab.Now).TotalSeconds);
            }

            delays.Add((lab.Now - crashedAt).TotalSeconds);
        }

        Assert.Equal([0, 10, 20, 40, 80, 160, 300, 300], delays);
    }

    [Fact]
    public void CrashLoop_Message_IsKubelets()
    {
        var lab = new PodLab().Run(PodLab.Pod());
        lab.Exit("web", 1);
        lab.Exit("web", 1);

        Assert.Equal("back-off 10s restarting failed container=web pod=web_default(uid-1)", lab.Web.State.Waiting.Message);
        Assert.Contains(lab.Events, report => report is { Reason: "BackOff", Warning: true, Message: "Back-off restarting failed container web in pod web_default(uid-1)" });
    }

    [Fact]
    public void Restart_TellsOfEachStepAgain()
    {
        var lab = new PodLab().Run(PodLab.Pod());
        lab.Log.Clear();

        lab.Exit("web", 1);

        Assert.Equal(["Pulled", "Created", "Started"], lab.Events.Select(report => report.Reason));
        Assert.Equal("Container image \"busybox:1.36\" already present on machine", lab.Events.First().Message);
    }

    [Theory]
    [InlineData(0, 3600, 0)]
    [InlineData(1, 0, 10)]
    [InlineData(2, 3, 10)]
    [InlineData(2, 10.2, 20)]
    [InlineData(4, 41, 80)]
    [InlineData(3, 3600, 40)]
    [InlineData(40, 300, 300)]
    public void CrashLoop_AnotherAgentTakesOver_GoesOnWithTheDelay(int attempt, double pause, double next)
    {
        var lab = new PodLab();
        var start = lab.Now - TimeSpan.FromSeconds(5);
        var newest = Ended("c2", attempt, start, lab.Now);
        var former = Ended("c1", attempt - 1, start - TimeSpan.FromSeconds(pause + 1), start - TimeSpan.FromSeconds(pause));

        lab.Step(new PodInput.Observed(lab.Sandbox(running: true, attempt == 0 ? [newest] : [former, newest]), lab.Now));
        lab.Order(PodLab.Pod());

        Assert.Equal(next == 0 ? default : lab.Now + TimeSpan.FromSeconds(next), lab.Record("web").RetryAt);
    }

    [Fact]
    public void LastWords_OfAnEndSeenInAListing_AreAskedForAndAdded()
    {
        var lab = new PodLab().Run(PodLab.Pod());
        var ended = lab.Exited(lab.Record("web"), 3);

        lab.Step(new PodInput.Observed(lab.Sandbox(running: true, ended), lab.Now + TimeSpan.FromSeconds(1)));
        Assert.Contains(new PodAction.Look(ended.Id), lab.Log);
        lab.Settle();
        lab.Step(new PodInput.ContainerObserved(ended, "no such table"));

        Assert.Equal("no such table", lab.Web.LastState.Terminated.Message);
    }

    [Fact]
    public void LastWords_OfAContainerThatEndsAsItStarts_AreKept()
    {
        var lab = new PodLab();
        lab.Order(PodLab.Pod(pod => pod.Spec.RestartPolicy = "Never"));
        lab.StartsWith = started => started with { State = started.State with { Phase = ContainerPhase.Exited, ExitCode = 1 }, LastWords = "bad flag" };

        lab.Settle();

        Assert.Equal("bad flag", lab.Web.State.Terminated.Message);
    }

    [Fact]
    public void Exit_KnownBeforeTheStartIsAnswered_Counts()
    {
        var lab = new PodLab();
        lab.Order(PodLab.Pod());
        lab.StartsWith = started =>
        {
            lab.Step(new PodInput.ContainerObserved(started.State with { Phase = ContainerPhase.Exited, ExitCode = 3, FinishedAt = lab.Now }, "no such table"));
            lab.StartsWith = again => again;
            return started;
        };

        lab.Settle();

        Assert.Equal(3, lab.Web.LastState.Terminated.ExitCode);
        Assert.Equal("no such table", lab.Web.LastState.Terminated.Message);
        Assert.Equal(1, lab.Web.RestartCount);
        Assert.NotNull(lab.Web.State.Running);
    }

    [Fact]
    public void CrashLoop_AfterTenHealthyMinutes_StartsAfresh()
    {
        var lab = new PodLab().Run(PodLab.Pod());
        lab.Exit("web", 1);
        lab.Exit("web", 1);
        lab.Pass(10);
        Assert.NotNull(lab.Web.State.Running);

        lab.Pass(601);
        lab.Exit("web", 1);

        Assert.NotNull(lab.Web.State.Running);
        Assert.Equal(3, lab.Web.RestartCount);
    }

    [Theory]
    [InlineData("Never", 0, "Succeeded")]
    [InlineData("Never", 3, "Failed")]
    [InlineData("OnFailure", 0, "Succeeded")]
    [InlineData("OnFailure", 3, "Running")]
    [InlineData("Always", 0, "Running")]
    public void Exit_UnderARestartPolicy_EndsInPhase(string policy, int code, string phase)
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.RestartPolicy = policy));

        lab.Exit("web", code);

        Assert.Equal(phase, lab.Status.Phase);
    }

    [Fact]
    public void Exit_WithZeroUnderNever_SaysCompleted()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.RestartPolicy = "Never"));

        lab.Exit("web", 0);

        Assert.Equal("Completed", lab.Web.State.Terminated.Reason);
        Assert.Equal("PodCompleted", Condition(lab, "Ready").Reason);
        Assert.Equal("True", Condition(lab, "Initialized").Status);
    }

    [Fact]
    public void CommandThatDoesNotExist_ShowsRunContainerError_ThenBacksOff()
    {
        var lab = new PodLab();
        lab.StartErrors["web"] = "exec: \"nope\": executable file not found in $PATH";

        lab.Run(PodLab.Pod());
        Assert.Equal("RunContainerError", lab.Web.State.Waiting.Reason);
        Assert.Equal("StartError", lab.Web.LastState.Terminated.Reason);
        Assert.Equal(128, lab.Web.LastState.Terminated.ExitCode);
        lab.Pass(1);

        Assert.Equal("CrashLoopBackOff", lab.Web.State.Waiting.Reason);
        Assert.Equal(1, lab.Web.RestartCount);
    }

    [Fact]
    public void ImageChange_RestartsTheContainer()
    {
        var lab = new PodLab().Run(PodLab.Pod());
        lab.Images.Add("busybox:1.35");

        lab.Order(PodLab.Pod(pod => pod.Spec.Containers[0].Image = "busybox:1.35"), 2);
        lab.Settle();

        Assert.Equal("busybox:1.35", lab.Log.OfType<PodAction.StartContainer>().Last().Spec.Image);
        Assert.Equal(1, lab.Web.RestartCount);
    }

    private static V1PodCondition Condition(PodLab lab, string type) => lab.Status.Conditions.Single(condition => condition.Type == type);

    private static ContainerState Ended(string id, int attempt, DateTimeOffset start, DateTimeOffset end) => new()
    {
        Id = id,
        Name = "web",
        Attempt = attempt,
        Phase = ContainerPhase.Exited,
        ExitCode = 1,
        StartedAt = start,
        FinishedAt = end,
    };
}
