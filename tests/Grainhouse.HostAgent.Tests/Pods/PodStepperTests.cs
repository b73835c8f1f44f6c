using System.Collections.Immutable;
using Grainhouse.HostAgent.Pods;
using k8s.Models;

namespace Grainhouse.HostAgent.Tests.Pods;

/// <summary>How a pod comes up.</summary>
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
    public void ActiveDeadline_FailsThePod()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod => pod.Spec.ActiveDeadlineSeconds = 60));

        lab.Pass(61);

        Assert.Equal("Failed", lab.Status.Phase);
        Assert.Equal("DeadlineExceeded", lab.Status.Reason);
        Assert.NotNull(lab.Web.State.Terminated);
    }

    private static V1Container Init(string name) => new() { Name = name, Image = "busybox:1.36", Command = ["true"] };

    private static V1ContainerStatus Init(PodLab lab, string name) => lab.Status.InitContainerStatuses.Single(status => status.Name == name);

    private static V1PodCondition Condition(PodLab lab, string type) => lab.Status.Conditions.Single(condition => condition.Type == type);
}
