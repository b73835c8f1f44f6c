using System.Collections.Immutable;
using System.Text;
using Grainhouse.HostAgent.Pods;
using k8s.Models;

namespace Grainhouse.HostAgent.Tests.Pods;

public sealed class BuilderTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("$(A)-$(B)", "1-2")]
    [InlineData("$(MISSING)", "$(MISSING)")]
    [InlineData("$$(A)", "$(A)")]
    [InlineData("$$$(A)", "$1")]
    [InlineData("$A ${A}", "$A ${A}")]
    [InlineData("$(A", "$(A")]
    [InlineData("end$", "end$")]
    public void Expand_FollowsKubernetes(string text, string expected) =>
        Assert.Equal(expected, Expansion.Expand(text, new Dictionary<string, string> { ["A"] = "1", ["B"] = "2" }));

    [Fact]
    public void Environment_OfEveryKind_IsResolved()
    {
        var spec = Build(container =>
        {
            container.EnvFrom =
            [
                new V1EnvFromSource { Prefix = "C_", ConfigMapRef = new V1ConfigMapEnvSource { Name = "conf" } },
                new V1EnvFromSource { SecretRef = new V1SecretEnvSource { Name = "none", Optional = true } },
            ];
            container.Env =
            [
                new V1EnvVar { Name = "PLAIN", Value = "x" },
                new V1EnvVar { Name = "EXPANDED", Value = "$(PLAIN)-$(C_color)" },
                new V1EnvVar { Name = "PASSWORD", ValueFrom = new V1EnvVarSource { SecretKeyRef = new V1SecretKeySelector { Name = "cred", Key = "password" } } },
                new V1EnvVar { Name = "NAME", ValueFrom = Field("metadata.name") },
                new V1EnvVar { Name = "APP", ValueFrom = Field("metadata.labels['app']") },
                new V1EnvVar { Name = "NODE", ValueFrom = Field("spec.nodeName") },
                new V1EnvVar { Name = "IP", ValueFrom = Field("status.podIP") },
                new V1EnvVar { Name = "HOST", ValueFrom = Field("status.hostIP") },
                new V1EnvVar { Name = "CPU", ValueFrom = new V1EnvVarSource { ResourceFieldRef = new V1ResourceFieldSelector { Resource = "limits.cpu" } } },
                new V1EnvVar { Name = "MEMORY", ValueFrom = new V1EnvVarSource { ResourceFieldRef = new V1ResourceFieldSelector { Resource = "limits.memory", Divisor = new ResourceQuantity("1Mi") } } },
                new V1EnvVar { Name = "GONE", ValueFrom = new V1EnvVarSource { ConfigMapKeyRef = new V1ConfigMapKeySelector { Name = "conf", Key = "no", Optional = true } } },
            ];
            container.Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity> { ["memory"] = new("128Mi") } };
            container.Args = ["--name=$(NAME)"];
        });

        Assert.Equal(
            "C_color=blue PLAIN=x EXPANDED=x-blue PASSWORD=hunter2 NAME=web APP=web NODE=node-a IP=172.17.0.2 HOST=10.0.0.1 CPU=4 MEMORY=128",
            string.Join(' ', spec.Environment.Select(pair => $"{pair.Key}={pair.Value}")));
        Assert.Equal("--name=web", Assert.Single(spec.Args));
        Assert.Equal(128L << 20, spec.MemoryLimitBytes);
    }

    [Fact]
    public void Environment_WithAMissingKey_SaysSoAsKubeletDoes()
    {
        var lab = Lab(container => container.Env =
            [new V1EnvVar { Name = "X", ValueFrom = new V1EnvVarSource { ConfigMapKeyRef = new V1ConfigMapKeySelector { Name = "conf", Key = "no" } } }]);

        Assert.Equal("couldn't find key no in ConfigMap default/conf", lab.Web.State.Waiting.Message);
    }

    [Fact]
    public void Resources_BecomeMillisAndBytes()
    {
        var spec = Build(container => container.Resources = new V1ResourceRequirements
        {
            Requests = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("250m") },
            Limits = new Dictionary<string, ResourceQuantity> { ["cpu"] = new("1.5"), ["memory"] = new("1Gi") },
        });

        Assert.Equal((250L, 1500L, 1L << 30), (spec.CpuRequestMillis, spec.CpuLimitMillis, spec.MemoryLimitBytes));
    }

    [Fact]
    public void Security_OfTheContainer_GoesBeforeThePods()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod =>
        {
            pod.Spec.SecurityContext = new V1PodSecurityContext { RunAsUser = 1000, RunAsGroup = 2000 };
            pod.Spec.Containers[0].SecurityContext = new V1SecurityContext { RunAsUser = 5, Capabilities = new V1Capabilities { Drop = ["ALL"] }, ReadOnlyRootFilesystem = true };
        }));

        var security = Started(lab).Security;

        Assert.Equal((5L, 2000L, true), (security.RunAsUser!.Value, security.RunAsGroup!.Value, security.ReadOnlyRootFilesystem));
        Assert.Equal("ALL", Assert.Single(security.DropCapabilities));
    }

    [Fact]
    public void Mounts_PointIntoThePodsDirectory()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod =>
        {
            pod.Spec.Volumes =
            [
                new V1Volume { Name = "work", EmptyDir = new V1EmptyDirVolumeSource() },
                new V1Volume { Name = "host", HostPath = new V1HostPathVolumeSource { Path = "/srv/x" } },
            ];
            pod.Spec.Containers[0].VolumeMounts =
            [
                new V1VolumeMount { Name = "work", MountPath = "/work", SubPath = "a/b" },
                new V1VolumeMount { Name = "host", MountPath = "/host", ReadOnlyProperty = true },
            ];
        }));

        var mounts = Started(lab).Mounts;

        Assert.Equal("/data/pods/uid-1/volumes/kubernetes.io~empty-dir/work/a/b", mounts[0].HostPath);
        Assert.Equal(("/srv/x", "/host", true), (mounts[1].HostPath, mounts[1].ContainerPath, mounts[1].ReadOnly));
        Assert.Equal("/dev/termination-log", mounts[2].ContainerPath);
        Assert.Equal(mounts[2].HostPath, Started(lab).TerminationMessageHostPath);
    }

    [Fact]
    public void SubPath_ThatLeavesItsVolume_IsRefused()
    {
        var lab = new PodLab().Run(PodLab.Pod(pod =>
        {
            pod.Spec.Volumes = [new V1Volume { Name = "work", EmptyDir = new V1EmptyDirVolumeSource() }];
            pod.Spec.Containers[0].VolumeMounts = [new V1VolumeMount { Name = "work", MountPath = "/work", SubPath = "../../etc" }];
        }));

        Assert.Equal("CreateContainerConfigError", lab.Web.State.Waiting.Reason);
        Assert.Empty(lab.Log.OfType<PodAction.StartContainer>());
    }

    [Fact]
    public void ProcessRuntime_WithoutACommand_FailsClearly()
    {
        var lab = new PodLab(PodLab.Facts with { Runtime = "process", UsesImages = false, SharesHostNetwork = true })
            .Run(PodLab.Pod(pod => pod.Spec.Containers[0].Command = null));

        Assert.Equal("CreateContainerConfigError", lab.Web.State.Waiting.Reason);
        Assert.Contains("runs no image", lab.Web.State.Waiting.Message, StringComparison.Ordinal);
        Assert.Contains(lab.Events, report => report is { Reason: "Failed", Warning: true });
    }

    [Fact]
    public void ProcessRuntime_WithACommand_NeedsNoImage()
    {
        var lab = new PodLab(PodLab.Facts with { Runtime = "process", UsesImages = false, SharesHostNetwork = true })
            .Run(PodLab.Pod(pod => pod.Spec.Containers[0].Image = null));

        Assert.NotNull(lab.Web.State.Running);
        Assert.Equal("10.0.0.1", lab.Status.PodIP);
        Assert.Empty(lab.Log.OfType<PodAction.FindImage>());
    }

    [Theory]
    [InlineData(10, "10s")]
    [InlineData(80, "1m20s")]
    [InlineData(300, "5m0s")]
    [InlineData(0.5, "500ms")]
    [InlineData(3725, "1h2m5s")]
    public void GoDuration_Formats(double seconds, string expected) => Assert.Equal(expected, GoDuration.Format(TimeSpan.FromSeconds(seconds)));

    private static V1EnvVarSource Field(string path) => new() { FieldRef = new V1ObjectFieldSelector { FieldPath = path } };

    private static Grainhouse.HostAgent.Runtimes.ContainerSpec Build(Action<V1Container> change) => Started(Lab(change));

    private static Grainhouse.HostAgent.Runtimes.ContainerSpec Started(PodLab lab) => lab.Log.OfType<PodAction.StartContainer>().Single().Spec;

    private static PodLab Lab(Action<V1Container> change)
    {
        var lab = new PodLab
        {
            Objects = ImmutableDictionary<ConfigName, ConfigData>.Empty
                .Add(new ConfigName(ConfigName.ConfigMaps, "default", "conf"), Data(("color", "blue")))
                .Add(new ConfigName(ConfigName.Secrets, "default", "cred"), Data(("password", "hunter2"))),
        };
        return lab.Run(PodLab.Pod(pod => change(pod.Spec.Containers[0])));
    }

    private static ConfigData Data(params (string Key, string Value)[] entries) =>
        new(1, entries.ToImmutableSortedDictionary(entry => entry.Key, entry => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(entry.Value)));
}
