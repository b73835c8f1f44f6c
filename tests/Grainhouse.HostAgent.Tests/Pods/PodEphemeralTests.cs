using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Runtimes;
using k8s;
using k8s.Models;

namespace Grainhouse.HostAgent.Tests.Pods;

/// <summary>Containers that are added to a pod to look into it.</summary>
public sealed class PodEphemeralTests
{
    [Fact]
    public void Ephemeral_Added_StartsOnce_AndIsNotRestarted()
    {
        var lab = new PodLab().Run(PodLab.Pod());

        Add(lab);
        Assert.NotNull(Debugger(lab).State.Running);
        lab.Exit("debugger", 3);
        lab.Pass(600);

        Assert.Equal(3, Debugger(lab).State.Terminated.ExitCode);
        Assert.Equal(0, Debugger(lab).RestartCount);
        Assert.Single(Starts(lab));
        Assert.Contains(lab.Events, report => report is { Reason: "Started", FieldPath: "spec.ephemeralContainers{debugger}" });
    }

    [Fact]
    public void Ephemeral_Any_CountsNeitherForReadinessNorForThePhase()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.RestartPolicy = "Never"));
        Add(lab);
        lab.Exit("debugger", 1);

        Assert.Equal(("Running", "True"), (lab.Status.Phase, lab.Status.Conditions.Single(condition => condition.Type == "Ready").Status));
        Assert.False(Debugger(lab).Ready);

        lab.Exit("web", 0);

        Assert.Equal("Succeeded", lab.Status.Phase);
    }

    [Fact]
    public void Ephemeral_OfAPodWhoseInitFails_StartsAllTheSame()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.InitContainers = [new V1Container { Name = "first", Image = "busybox:1.36", Command = ["x"] }]));
        lab.Exit("first", 1);

        Add(lab);

        Assert.NotNull(Debugger(lab).State.Running);
    }

    [Fact]
    public void Ephemeral_WithATarget_SeesItsProcesses()
    {
        var lab = new PodLab().Run(PodLab.Pod());

        Add(lab, target: "web");

        Assert.Equal(lab.Record("web").RuntimeId, Assert.Single(Starts(lab)).ProcessesOf);
    }

    [Fact]
    public void Ephemeral_WhoseTargetDoesNotRun_WaitsUntilItDoes()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.Containers.Add(new V1Container { Name = "late", Image = "absent:1", Command = ["x"] })));
        Add(lab, target: "late");
        Assert.Equal(("CreateContainerError", "unable to find target container \"late\""), (Debugger(lab).State.Waiting.Reason, Debugger(lab).State.Waiting.Message));

        lab.Images.Add("absent:1");
        lab.Pass(60);

        Assert.Equal(lab.Record("late").RuntimeId, Assert.Single(Starts(lab)).ProcessesOf);
        Assert.NotNull(Debugger(lab).State.Running);
    }

    [Fact]
    public void Ephemeral_OfAFormerAgent_IsAdopted()
    {
        var lab = new PodLab();
        lab.Step(new PodInput.Observed(lab.Sandbox(true, Running("c1", "web"), Running("c2", "debugger")), lab.Now));

        lab.Run(WithDebugger(PodLab.Pod()));

        Assert.Empty(lab.Log.OfType<PodAction.StartContainer>());
        Assert.Equal("docker://c2", Debugger(lab).ContainerID);
        Assert.NotNull(Debugger(lab).State.Running);
    }

    [Fact]
    public void Ephemeral_ThatRanAndIsForgotten_IsNotStartedAgain()
    {
        var lab = new PodLab();
        lab.Step(new PodInput.Observed(lab.Sandbox(true, Running("c1", "web")), lab.Now));
        var pod = WithDebugger(PodLab.Pod());
        pod.Status = new V1PodStatus
        {
            Phase = "Running",
            EphemeralContainerStatuses =
            [
                new V1ContainerStatus
                {
                    Name = "debugger",
                    State = new V1ContainerState { Terminated = new V1ContainerStateTerminated { ExitCode = 7, Reason = "Error", ContainerID = "docker://c2" } },
                    ContainerID = "docker://c2",
                },
            ],
        };

        lab.Run(pod);

        Assert.Empty(lab.Log.OfType<PodAction.StartContainer>());
        Assert.Equal((7, "docker://c2"), (Debugger(lab).State.Terminated.ExitCode, Debugger(lab).State.Terminated.ContainerID));
    }

    [Fact]
    public void Ephemeral_OfADeletedPod_IsStopped()
    {
        var lab = new PodLab().Run(PodLab.Pod());
        Add(lab);

        lab.Delete();
        lab.Settle();

        Assert.NotNull(Debugger(lab).State.Terminated);
        Assert.True(lab.State.Finished);
    }

    [Fact]
    public void Processes_ByThePodsWish_AreSharedOrTheHosts()
    {
        var shared = new PodLab().Run(PodLab.Pod(pod => pod.Spec.ShareProcessNamespace = true));
        var host = new PodLab().Run(PodLab.Pod(pod => (pod.Spec.HostPID, pod.Spec.HostIPC) = (true, true)));

        Assert.Equal("s0", Assert.Single(shared.Log.OfType<PodAction.StartContainer>()).Spec.ProcessesOf);
        Assert.True(Assert.Single(host.Log.OfType<PodAction.StartContainer>()).Spec is { HostProcesses: true, HostIpc: true });
    }

    private static void Add(PodLab lab, string? target = null)
    {
        lab.Order(WithDebugger(lab.State.Pod!, target), lab.State.Revision + 1);
        lab.Settle();
    }

    private static V1Pod WithDebugger(V1Pod pod, string? target = null)
    {
        var copy = KubernetesJson.Deserialize<V1Pod>(KubernetesJson.Serialize(pod));
        copy.Spec.EphemeralContainers = [new V1EphemeralContainer { Name = "debugger", Image = "busybox:1.36", Command = ["sh"], TargetContainerName = target }];
        return copy;
    }

    private static ContainerState Running(string id, string name) =>
        new() { Id = id, Name = name, Phase = ContainerPhase.Running, StartedAt = PodLab.Start };

    private static V1ContainerStatus Debugger(PodLab lab) => Assert.Single(lab.Status.EphemeralContainerStatuses);

    private static IEnumerable<ContainerSpec> Starts(PodLab lab) =>
        lab.Log.OfType<PodAction.StartContainer>().Select(start => start.Spec).Where(spec => spec.Name == "debugger");
}
