using System.Collections.Immutable;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes;
using k8s.Models;

namespace Grainhouse.HostAgent.Tests.Pods;

public sealed class PodStepperTests
{
    [Fact]
    public void Order_OfASimplePod_RunsAndIsReady()
    {
        var lab = new PodLab().Run(PodLab.Pod());

        Assert.Equal("Running", lab.Status.Phase);
        Assert.Equal("172.17.0.2", lab.Status.PodIP);
        Assert.Equal("10.0.0.1", lab.Status.HostIP);
        Assert.True(lab.Web.Ready);
        Assert.True(lab.Web.Started);
        Assert.Equal(0, lab.Web.RestartCount);
        Assert.Equal("docker://c1", lab.Web.ContainerID);
        Assert.All(lab.Status.Conditions, condition => Assert.Equal("True", condition.Status));
        Assert.Equal(["Pulled", "Created", "Started"], lab.Events.Select(report => report.Reason));
    }

    [Fact]
    public void Order_BeforeItsSandbox_SaysContainerCreating()
    {
        var lab = new PodLab();
        lab.Order(PodLab.Pod());

        Assert.Equal("Pending", lab.Status.Phase);
        Assert.Equal("ContainerCreating", lab.Web.State.Waiting.Reason);
        Assert.Equal("ContainersNotReady", Condition(lab, "Ready").Reason);
        Assert.Equal("containers with unready status: [web]", Condition(lab, "Ready").Message);
    }

    [Fact]
    public void Order_WithALowerRevision_IsRefused()
    {
        var lab = new PodLab();
        lab.Order(PodLab.Pod(), revision: 5);

        lab.Order(PodLab.Deleted(PodLab.Pod(), 30), revision: 4);

        Assert.Null(lab.State.StopBy);
    }

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

        lab.Step(new PodInput.Observed(Sandbox(lab, running: true, attempt == 0 ? [newest] : [former, newest]), lab.Now));
        lab.Order(PodLab.Pod());

        Assert.Equal(next == 0 ? default : lab.Now + TimeSpan.FromSeconds(next), lab.Record("web").RetryAt);
    }

    [Fact]
    public void LastWords_OfAnEndSeenInAListing_AreAskedForAndAdded()
    {
        var lab = new PodLab().Run(PodLab.Pod());
        var ended = lab.Exited(lab.Record("web"), 3);

        lab.Step(new PodInput.Observed(Sandbox(lab, running: true, ended), lab.Now + TimeSpan.FromSeconds(1)));
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
    public void InitContainers_RunInOrder_BeforeTheOthers()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.InitContainers = [Init("first"), Init("second")]));
        Assert.NotNull(Init(lab, "first").State.Running);
        Assert.Equal("PodInitializing", Init(lab, "second").State.Waiting.Reason);
        Assert.Equal("PodInitializing", lab.Web.State.Waiting.Reason);
        Assert.Equal("containers with incomplete status: [first second]", Condition(lab, "Initialized").Message);

        lab.Exit("first", 0);
        Assert.NotNull(Init(lab, "second").State.Running);
        Assert.Null(lab.Web.State.Running);
        lab.Exit("second", 0);

        Assert.NotNull(lab.Web.State.Running);
        Assert.Equal("True", Condition(lab, "Initialized").Status);
        Assert.True(Init(lab, "first").Ready);
    }

    [Fact]
    public void InitContainer_ThatFailsUnderNever_FailsThePod()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.InitContainers = [Init("first")];
        }));

        lab.Exit("first", 1);

        Assert.Equal("Failed", lab.Status.Phase);
        Assert.Null(lab.Web.State.Running);
    }

    [Fact]
    public void Sidecar_Runs_WhileTheOthersDo_AndStopsLast()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod =>
        {
            pod.Spec.RestartPolicy = "Never";
            pod.Spec.InitContainers = [new V1Container { Name = "proxy", Image = "busybox:1.36", Command = ["x"], RestartPolicy = "Always" }];
        }));
        Assert.NotNull(Init(lab, "proxy").State.Running);
        Assert.NotNull(lab.Web.State.Running);

        lab.Exit("web", 0);

        Assert.Equal("Succeeded", lab.Status.Phase);
        Assert.NotNull(Init(lab, "proxy").State.Terminated);
    }

    [Fact]
    public void Image_ThatDoesNotExist_GoesFromErrImagePullToImagePullBackOff()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.Containers[0].Image = "nope:1"));
        Assert.Equal("ErrImagePull", lab.Web.State.Waiting.Reason);

        lab.Pass(5);
        Assert.Equal("ImagePullBackOff", lab.Web.State.Waiting.Reason);
        Assert.StartsWith("Back-off pulling image \"nope:1\"", lab.Web.State.Waiting.Message, StringComparison.Ordinal);

        lab.Pass(5);
        Assert.Equal("ErrImagePull", lab.Web.State.Waiting.Reason);
        Assert.Equal(2, lab.Log.OfType<PodAction.PullImage>().Count());
        lab.Images.Add("nope:1");
        lab.Pass(20);
        Assert.NotNull(lab.Web.State.Running);
    }

    [Fact]
    public void Image_UnderNever_IsNotPulled()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod =>
        {
            pod.Spec.Containers[0].Image = "nope:1";
            pod.Spec.Containers[0].ImagePullPolicy = "Never";
        }));

        Assert.Equal("ErrImageNeverPull", lab.Web.State.Waiting.Reason);
        Assert.Empty(lab.Log.OfType<PodAction.PullImage>());
    }

    [Fact]
    public void Image_UnderAlways_IsPulledForEveryStart()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.Containers[0].ImagePullPolicy = "Always"));

        lab.Exit("web", 1);

        Assert.Equal(2, lab.Log.OfType<PodAction.PullImage>().Count());
    }

    [Fact]
    public void MissingConfigMap_WaitsAsCreateContainerConfigError_UntilItComes()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.Containers[0].EnvFrom =
            [new V1EnvFromSource { ConfigMapRef = new V1ConfigMapEnvSource { Name = "conf" } }]));
        Assert.Equal("CreateContainerConfigError", lab.Web.State.Waiting.Reason);
        Assert.Equal("configmap \"conf\" not found", lab.Web.State.Waiting.Message);

        var data = new ConfigData(1, ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty.Add("A", "b"u8.ToArray()));
        lab.Step(new PodInput.ObjectsChanged(lab.Objects.Add(new ConfigName("configmaps", "default", "conf"), data)));
        lab.Settle();

        Assert.NotNull(lab.Web.State.Running);
        Assert.Contains(KeyValuePair.Create("A", "b"), lab.Log.OfType<PodAction.StartContainer>().Single().Spec.Environment);
    }

    [Fact]
    public void MissingVolumeSource_ReportsFailedMount()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.Volumes = [new V1Volume { Name = "conf", ConfigMap = new V1ConfigMapVolumeSource { Name = "conf" } }]));

        Assert.Contains(lab.Events, report => report is { Reason: "FailedMount", Message: "MountVolume.SetUp failed for volume \"conf\" : configmap \"conf\" not found" });
        Assert.Equal("ContainerCreating", lab.Web.State.Waiting.Reason);
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
        lab.Step(new PodInput.Observed(Sandbox(lab, true), lab.Now));

        lab.Step(new PodInput.NotWanted());
        lab.Settle();

        Assert.Equal("s0", lab.Log.OfType<PodAction.RemoveSandbox>().Single().SandboxId);
        Assert.True(lab.State.Finished);
    }

    [Fact]
    public void Adoption_OfARunningContainer_StartsNothing()
    {
        var lab = new PodLab();
        var running = new ContainerState { Id = "c9", Name = "web", Attempt = 2, Phase = ContainerPhase.Running, StartedAt = PodLab.Start.AddHours(-1) };
        lab.Step(new PodInput.Observed(Sandbox(lab, true, running), lab.Now));

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
        lab.Step(new PodInput.Observed(Sandbox(lab, true, dead), lab.Now));

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
        lab.Step(new PodInput.Observed(Sandbox(lab, false), lab.Now));
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

    [Fact]
    public void ReadinessProbe_HoldsReadyBack_AndTakesItAway()
    {
        var answers = false;
        var lab = new PodLab { ProbeAnswers = (_, _) => answers };
        lab.Run(PodLab.Pod(pod => pod.Spec.Containers[0].ReadinessProbe = Probe(period: 2, failures: 2)));
        Assert.False(lab.Web.Ready);
        Assert.Contains(lab.Events, report => report is { Reason: "Unhealthy", Message: "Readiness probe failed: no" });

        answers = true;
        lab.Pass(2);
        Assert.True(lab.Web.Ready);
        answers = false;
        lab.Pass(2);
        Assert.True(lab.Web.Ready);
        lab.Pass(2);

        Assert.False(lab.Web.Ready);
        Assert.Equal(0, lab.Web.RestartCount);
    }

    [Fact]
    public void LivenessProbe_ThatFails_RestartsTheContainer()
    {
        var answers = true;
        var lab = new PodLab { ProbeAnswers = (_, _) => answers };
        lab.Run(PodLab.Pod(pod => pod.Spec.Containers[0].LivenessProbe = Probe(period: 1, failures: 3)));

        answers = false;
        lab.Pass(2);
        Assert.Equal(0, lab.Web.RestartCount);
        lab.Pass(1);

        Assert.Equal(1, lab.Web.RestartCount);
        Assert.Contains(lab.Events, report => report is { Reason: "Killing", Message: "Container web failed liveness probe, will be restarted" });
    }

    [Fact]
    public void StartupProbe_HoldsTheOthersBack()
    {
        var started = false;
        List<ProbeKind> asked = [];
        var lab = new PodLab
        {
            ProbeAnswers = (kind, _) =>
            {
                asked.Add(kind);
                return kind != ProbeKind.Startup || started;
            },
        };
        lab.Run(PodLab.Pod(pod =>
        {
            pod.Spec.Containers[0].StartupProbe = Probe(period: 1, failures: 30);
            pod.Spec.Containers[0].ReadinessProbe = Probe(period: 1, failures: 1);
        }));
        lab.Pass(5);
        Assert.All(asked, kind => Assert.Equal(ProbeKind.Startup, kind));
        Assert.False(lab.Web.Started);

        started = true;
        lab.Pass(1);

        Assert.True(lab.Web.Started);
        Assert.True(lab.Web.Ready);
    }

    [Fact]
    public void InitialDelay_IsKept()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.Containers[0].ReadinessProbe = new V1Probe { InitialDelaySeconds = 15, TcpSocket = new V1TCPSocketAction { Port = 80 } }));

        lab.Pass(14);
        Assert.False(lab.Web.Ready);
        lab.Pass(1);

        Assert.True(lab.Web.Ready);
    }

    [Fact]
    public void ActiveDeadline_FailsThePod()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.ActiveDeadlineSeconds = 60));

        lab.Pass(61);

        Assert.Equal("Failed", lab.Status.Phase);
        Assert.Equal("DeadlineExceeded", lab.Status.Reason);
        Assert.NotNull(lab.Web.State.Terminated);
    }

    [Fact]
    public void ReadinessGate_MustBeTrue()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.ReadinessGates = [new V1PodReadinessGate { ConditionType = "lb" }]));
        Assert.Equal("False", Condition(lab, "Ready").Status);
        Assert.Equal("ReadinessGatesNotReady", Condition(lab, "Ready").Reason);

        var pod = PodLab.Pod(pod => pod.Spec.ReadinessGates = [new V1PodReadinessGate { ConditionType = "lb" }]);
        pod.Status = new V1PodStatus { Conditions = [new V1PodCondition { Type = "lb", Status = "True" }] };
        lab.Order(pod, 2);

        Assert.Equal("True", Condition(lab, "Ready").Status);
        Assert.DoesNotContain(lab.Status.Conditions, condition => condition.Type == "lb");
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

    private static V1Probe Probe(int period, int failures) =>
        new() { PeriodSeconds = period, FailureThreshold = failures, Exec = new V1ExecAction { Command = ["true"] } };

    private static V1Container Init(string name) => new() { Name = name, Image = "busybox:1.36", Command = ["true"] };

    private static V1ContainerStatus Init(PodLab lab, string name) => lab.Status.InitContainerStatuses.Single(status => status.Name == name);

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

    private static SandboxState Sandbox(PodLab lab, bool running, params ContainerState[] containers) =>
        new("s0", lab.State.Identity, 0, running, "172.17.0.2", PodLab.Start, [.. containers]);
}
