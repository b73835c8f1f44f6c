using System.Collections.Immutable;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Something a pod's state machine wants done. Each is safe to do twice, and answers with inputs.</summary>
public abstract record PodAction
{
    private PodAction()
    {
    }

    /// <summary>Write the volumes, or what has changed in them. Answers VolumesPrepared or VolumesFailed.</summary>
    public sealed record PrepareVolumes(V1Pod Pod, ImmutableDictionary<ConfigName, ConfigData> Objects) : PodAction;

    /// <summary>Make the sandbox. Answers SandboxReady or SandboxFailed.</summary>
    public sealed record EnsureSandbox(SandboxSpec Spec) : PodAction;

    /// <summary>Remove the sandbox and all in it. Answers SandboxRemoved or SandboxRemoveFailed.</summary>
    public sealed record RemoveSandbox(string SandboxId) : PodAction;

    /// <summary>Remove the pod's files. Answers FilesRemoved.</summary>
    public sealed record RemoveFiles : PodAction;

    /// <summary>Look what the runtime has of the pod. Answers Observed.</summary>
    public sealed record Observe : PodAction;

    /// <summary>Look at one container. Answers ContainerObserved or ContainerMissing; nothing while it runs.</summary>
    public sealed record Look(string ContainerId) : PodAction;

    /// <summary>Look whether an image is on the host. Answers ImageFound or ImageFailed.</summary>
    public sealed record FindImage(string Container, string Image) : PodAction;

    /// <summary>Pull an image. Answers ImagePulled or ImageFailed.</summary>
    public sealed record PullImage(string Container, string Image, ImmutableArray<RegistryCredentials> Credentials) : PodAction;

    /// <summary>Start a container. Answers Started or StartFailed.</summary>
    public sealed record StartContainer(string SandboxId, ContainerSpec Spec) : PodAction;

    /// <summary>Stop a container. Answers ContainerObserved, ContainerMissing or StopFailed.</summary>
    public sealed record StopContainer(string ContainerId, TimeSpan Grace) : PodAction;

    /// <summary>Remove a dead container that is no longer of use. No answer.</summary>
    public sealed record RemoveContainer(string ContainerId) : PodAction;

    /// <summary>Run a hook. Answers HookDone.</summary>
    public sealed record RunHook(string ContainerId, HookKind Kind, ProbeTarget Target, TimeSpan Timeout) : PodAction;

    /// <summary>Run a probe. Answers Probed.</summary>
    public sealed record RunProbe(string ContainerId, ProbeKind Kind, ProbeTarget Target, TimeSpan Timeout) : PodAction;

    /// <summary>End the pulls and hooks that run: their answers no longer matter.</summary>
    public sealed record CancelWork : PodAction;

    /// <summary>The pod's status may have changed: report it.</summary>
    public sealed record ReportStatus : PodAction;

    /// <summary>Report an event.</summary>
    public sealed record Report(string FieldPath, bool Warning, string Reason, string Message) : PodAction;

    /// <summary>Step again at this time; it replaces the time wanted before. Null: no need.</summary>
    public sealed record WakeAt(DateTimeOffset? Time) : PodAction;
}
