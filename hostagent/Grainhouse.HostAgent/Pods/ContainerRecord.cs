using Grainhouse.HostAgent.Probes;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>What a container is for in its pod.</summary>
public enum ContainerRole
{
    /// <summary>Runs to its end before the next one starts.</summary>
    Init = 0,

    /// <summary>An init container with restartPolicy Always: runs as long as the pod.</summary>
    Sidecar = 1,

    /// <summary>One of the containers that the pod is for.</summary>
    Main = 2,

    /// <summary>Added to a pod that exists, to look into it: started once, and nothing waits for it.</summary>
    Ephemeral = 3,
}

/// <summary>Where a container's current attempt is. It only rises; a restart begins a new attempt at <see cref="Waiting"/>.</summary>
public enum ContainerStage
{
    /// <summary>Not begun, or waiting until it may begin again.</summary>
    Waiting = 0,

    /// <summary>Looking whether its image is on the host.</summary>
    FindingImage = 100,

    /// <summary>Its image is being pulled.</summary>
    PullingImage = 200,

    /// <summary>The runtime was asked to start it.</summary>
    Starting = 300,

    /// <summary>Its process runs.</summary>
    Running = 400,

    /// <summary>Its preStop hook runs; the process does too.</summary>
    PreStop = 500,

    /// <summary>The runtime was asked to stop it.</summary>
    Stopping = 600,

    /// <summary>Its process has ended.</summary>
    Exited = 700,
}

/// <summary>How an attempt of a container ended.</summary>
public sealed record Termination(
    int ExitCode, string Reason, string Message, DateTimeOffset StartedAt, DateTimeOffset FinishedAt, string ContainerId);

/// <summary>All that is remembered about one container of a pod.</summary>
public sealed record ContainerRecord
{
    /// <summary>The container as the pod's spec has it.</summary>
    public required V1Container Spec { get; init; }

    /// <summary>What it is for.</summary>
    public required ContainerRole Role { get; init; }

    /// <summary>The container whose processes an ephemeral one sees; empty for its own alone.</summary>
    public string Target { get; init; } = "";

    /// <summary>The name in the pod.</summary>
    public string Name => Spec.Name;

    /// <summary>Where the current attempt is.</summary>
    public ContainerStage Stage { get; init; }

    /// <summary>The number of the current attempt, from 0: how often it was restarted once it runs.</summary>
    public int Attempt { get; init; }

    /// <summary>The runtime's id of the current attempt; empty until it was started.</summary>
    public string RuntimeId { get; init; } = "";

    /// <summary>The runtime's id of the attempt before, kept for <c>logs --previous</c>; empty if there is none.</summary>
    public string PreviousId { get; init; } = "";

    /// <summary>When the current attempt's process started.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>How the current attempt ended, once it is <see cref="ContainerStage.Exited"/>.</summary>
    public Termination? Ended { get; init; }

    /// <summary>How the attempt before ended.</summary>
    public Termination? Last { get; init; }

    /// <summary>Whether the image is on the host as its pull policy wants it.</summary>
    public bool ImageReady { get; init; }

    /// <summary>The image's id; empty until it is known.</summary>
    public string ImageId { get; init; } = "";

    /// <summary>Why it waits, in kubelet's word; empty for the usual ContainerCreating or PodInitializing.</summary>
    public string WaitingReason { get; init; } = "";

    /// <summary>Why it waits, in a sentence.</summary>
    public string WaitingMessage { get; init; } = "";

    /// <summary>Not to be begun before this time.</summary>
    public DateTimeOffset RetryAt { get; init; }

    /// <summary>Not to be begun before the objects that the pod refers to have changed.</summary>
    public bool NeedsObjects { get; init; }

    /// <summary>What the last failed pull said, while the image waits for its next pull.</summary>
    public string PullError { get; init; } = "";

    /// <summary>Delays pulls.</summary>
    public BackOff PullBackOff { get; init; }

    /// <summary>Delays restarts.</summary>
    public BackOff CrashBackOff { get; init; }

    /// <summary>Whether the postStart hook runs; the container does not count as running until it is done.</summary>
    public bool PostStartRunning { get; init; }

    /// <summary>By when a stop must have ended.</summary>
    public DateTimeOffset StopDeadline { get; init; }

    /// <summary>Whether it is stopped to be started again: a probe failed, or its image changed.</summary>
    public bool RestartWanted { get; init; }

    /// <summary>The startup probe; null if it has none.</summary>
    public ProbeRecord? Startup { get; init; }

    /// <summary>The readiness probe; null if it has none.</summary>
    public ProbeRecord? Readiness { get; init; }

    /// <summary>The liveness probe; null if it has none.</summary>
    public ProbeRecord? Liveness { get; init; }

    /// <summary>Whether a process of it may exist.</summary>
    public bool IsLive => Stage is ContainerStage.Starting or ContainerStage.Running or ContainerStage.PreStop or ContainerStage.Stopping;

    /// <summary>Whether its process is known to exist.</summary>
    public bool IsRunning => Stage is ContainerStage.Running or ContainerStage.PreStop or ContainerStage.Stopping;

    /// <summary>Whether it has come up: runs, its postStart hook is done, and its startup probe has succeeded.</summary>
    public bool IsStarted => IsRunning && !PostStartRunning && Startup is null or { Result: ProbeOutcome.Success };

    /// <summary>Whether it may serve; an ephemeral container never does.</summary>
    public bool IsReady => Role switch
    {
        ContainerRole.Init => Stage == ContainerStage.Exited && Ended!.ExitCode == 0,
        ContainerRole.Ephemeral => false,
        _ => IsStarted && Readiness is null or { Result: ProbeOutcome.Success },
    };

    /// <summary>How often it was restarted so far: an attempt counts once the runtime has made it.</summary>
    public int RestartCount => RuntimeId.Length > 0 || Stage == ContainerStage.Exited ? Attempt : Math.Max(0, Attempt - 1);
}
