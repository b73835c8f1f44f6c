using System.Collections.Immutable;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Something a pod's state machine is told.</summary>
public abstract record PodInput
{
    private PodInput()
    {
    }

    /// <summary>The cluster's order. One with a lower revision than the newest is refused.</summary>
    public sealed record Ordered(V1Pod Pod, long Revision, ImmutableDictionary<ConfigName, ConfigData> Objects) : PodInput;

    /// <summary>Objects that the pod refers to have changed.</summary>
    public sealed record ObjectsChanged(ImmutableDictionary<ConfigName, ConfigData> Objects) : PodInput;

    /// <summary>The cluster does not know the pod (any more).</summary>
    public sealed record NotWanted : PodInput;

    /// <summary>What the runtime has of the pod; null for nothing. What began after <paramref name="TakenAt"/> is not in it.</summary>
    public sealed record Observed(SandboxState? Sandbox, DateTimeOffset TakenAt) : PodInput;

    /// <summary>One container as it is, with its last words if it has ended.</summary>
    public sealed record ContainerObserved(ContainerState Container, string LastWords) : PodInput;

    /// <summary>A container that the pod runs is not there (any more).</summary>
    public sealed record ContainerMissing(string ContainerId) : PodInput;

    /// <summary>The volumes are there.</summary>
    public sealed record VolumesPrepared : PodInput;

    /// <summary>The volumes could not be made.</summary>
    public sealed record VolumesFailed(string Message) : PodInput;

    /// <summary>The sandbox is there.</summary>
    public sealed record SandboxReady(SandboxState Sandbox) : PodInput;

    /// <summary>The sandbox could not be made.</summary>
    public sealed record SandboxFailed(string Message) : PodInput;

    /// <summary>The sandbox and all in it are gone.</summary>
    public sealed record SandboxRemoved : PodInput;

    /// <summary>The sandbox could not be removed.</summary>
    public sealed record SandboxRemoveFailed(string Message) : PodInput;

    /// <summary>The pod's files are gone.</summary>
    public sealed record FilesRemoved : PodInput;

    /// <summary>The image is on the host (<paramref name="ImageId"/>), or is not (null).</summary>
    public sealed record ImageFound(string Container, string? ImageId) : PodInput;

    /// <summary>The image was pulled.</summary>
    public sealed record ImagePulled(string Container, string ImageId, long SizeBytes, TimeSpan Took) : PodInput;

    /// <summary>The image could not be found or pulled.</summary>
    public sealed record ImageFailed(string Container, RuntimeErrorKind Kind, string Message) : PodInput;

    /// <summary>The container's process exists, or has ended already, then with its last words.</summary>
    public sealed record Started(string Container, ContainerState State, string LastWords = "") : PodInput;

    /// <summary>The container could not be started.</summary>
    public sealed record StartFailed(string Container, int Attempt, RuntimeErrorKind Kind, string Message) : PodInput;

    /// <summary>The container could not be stopped: ask again.</summary>
    public sealed record StopFailed(string ContainerId, string Message) : PodInput;

    /// <summary>A hook has run; <paramref name="Error"/> is empty if it succeeded.</summary>
    public sealed record HookDone(string ContainerId, HookKind Kind, string Error) : PodInput;

    /// <summary>A probe has run.</summary>
    public sealed record Probed(string ContainerId, ProbeKind Kind, ProbeOutcome Outcome, string Message) : PodInput;

    /// <summary>Time has passed.</summary>
    public sealed record Tick : PodInput
    {
        /// <summary>The one tick there is.</summary>
        public static readonly Tick Instance = new();
    }
}

/// <summary>Which of a container's lifecycle hooks.</summary>
public enum HookKind
{
    /// <summary>Runs once the process exists; its failure kills the container.</summary>
    PostStart = 0,

    /// <summary>Runs before the process is told to stop, within the grace period.</summary>
    PreStop = 1,
}
