using System.Collections.Immutable;
using Grainhouse.HostAgent.Runtimes;
using k8s.Models;

namespace Grainhouse.HostAgent.Pods;

/// <summary>Where something that a pod needs from its host is.</summary>
public enum PartStage
{
    /// <summary>Not there, and not asked for.</summary>
    Absent = 0,

    /// <summary>Asked for.</summary>
    Preparing = 1,

    /// <summary>There.</summary>
    Ready = 2,

    /// <summary>Asked to go.</summary>
    Removing = 3,

    /// <summary>Gone for good.</summary>
    Removed = 4,
}

/// <summary>A part of a pod that is made on its host: its volumes, its sandbox.</summary>
/// <param name="Stage">Where it is.</param>
/// <param name="RetryAt">Not to be tried again before this time.</param>
/// <param name="Failures">How often in a row it failed.</param>
public readonly record struct PodPart(PartStage Stage, DateTimeOffset RetryAt = default, int Failures = 0)
{
    /// <summary>The part after one more failure: tried again after 0.5 s, doubling up to 16 s, and at most 2 min as kubelet does for mounts.</summary>
    public PodPart Failed(DateTimeOffset now) =>
        new(PartStage.Absent, now + TimeSpan.FromSeconds(Math.Min(120, 0.5 * Math.Pow(2, Math.Min(Failures, 8)))), Failures + 1);
}

/// <summary>One of a pod's conditions.</summary>
public sealed record PodCondition(string Type, bool Status, string Reason, string Message, DateTimeOffset Since);

/// <summary>A pod's phases. Once it has ended it stays ended.</summary>
public enum PodPhase
{
    /// <summary>Not all of it has come up once.</summary>
    Pending = 0,

    /// <summary>It runs, or is being restarted.</summary>
    Running = 100,

    /// <summary>All its containers ended well.</summary>
    Succeeded = 200,

    /// <summary>All its containers ended, and one not well; or it ran out of time.</summary>
    Failed = 300,
}

/// <summary>All that the agent remembers about one pod.</summary>
public sealed record PodState
{
    /// <summary>What is true of the node and its runtime.</summary>
    public required NodeFacts Facts { get; init; }

    /// <summary>Who it is.</summary>
    public required PodIdentity Identity { get; init; }

    /// <summary>The pod as the cluster ordered it; null while only its sandbox is known.</summary>
    public V1Pod? Pod { get; init; }

    /// <summary>What the runtime had of the pod before its first order came; null for nothing.</summary>
    public SandboxState? Found { get; init; }

    /// <summary>The store's revision of the order.</summary>
    public long Revision { get; init; }

    /// <summary>The ConfigMaps and Secrets that the cluster sent.</summary>
    public ImmutableDictionary<ConfigName, ConfigData> Objects { get; init; } = ImmutableDictionary<ConfigName, ConfigData>.Empty;

    /// <summary>Its containers, in the order in which they start.</summary>
    public ImmutableArray<ContainerRecord> Containers { get; init; } = [];

    /// <summary>Its volumes.</summary>
    public PodPart Volumes { get; init; }

    /// <summary>Whether the volumes have to be written again because an object has changed.</summary>
    public bool VolumesStale { get; init; }

    /// <summary>Its sandbox.</summary>
    public PodPart Sandbox { get; init; }

    /// <summary>The runtime's id of the sandbox; empty if there is none.</summary>
    public string SandboxId { get; init; } = "";

    /// <summary>Rises with each sandbox that had to be made anew.</summary>
    public int SandboxAttempt { get; init; }

    /// <summary>When the sandbox was found ready: what was seen of the runtime before says nothing about it.</summary>
    public DateTimeOffset SandboxSince { get; init; }

    /// <summary>The pod's address; empty until its sandbox is ready.</summary>
    public string Address { get; init; } = "";

    /// <summary>When the agent first saw it.</summary>
    public DateTimeOffset StartedAt { get; init; }

    /// <summary>Its phase.</summary>
    public PodPhase Phase { get; init; }

    /// <summary>Why it failed as a whole (DeadlineExceeded); empty if it did not.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Why it failed as a whole, in a sentence.</summary>
    public string Message { get; init; } = "";

    /// <summary>The conditions that the agent judges.</summary>
    public ImmutableArray<PodCondition> Conditions { get; init; } = [];

    /// <summary>Whether the cluster no longer knows it: it is stopped at once.</summary>
    public bool Unwanted { get; init; }

    /// <summary>By when it must have stopped; null while it is not being deleted.</summary>
    public DateTimeOffset? StopBy { get; init; }

    /// <summary>Whether the files of a stopped pod are being removed, or are gone.</summary>
    public PartStage Files { get; init; } = PartStage.Ready;

    /// <summary>Whether nothing of it is left on the host.</summary>
    public bool Finished { get; init; }

    /// <summary>When it wants to be stepped again.</summary>
    public DateTimeOffset? WakeAt { get; init; }

    /// <summary>As log and events name it: <c>name_namespace(uid)</c>.</summary>
    public string FullName => $"{Identity.Name}_{Identity.Namespace}({Identity.Uid})";

    /// <summary>Whether it has ended for good.</summary>
    public bool IsTerminal => Phase >= PodPhase.Succeeded;

    /// <summary>Whether its containers are to be stopped.</summary>
    public bool IsStopping => Unwanted || StopBy is not null;

    /// <summary>Whether it shares the host's network.</summary>
    public bool SharesHostNetwork => Facts.SharesHostNetwork || Pod?.Spec.HostNetwork == true;

    /// <summary>Where probes reach it: on the host's network by the loopback address.</summary>
    public string ProbeAddress => SharesHostNetwork ? "127.0.0.1" : Address;

    /// <summary>A pod of which nothing is known yet.</summary>
    public static PodState New(NodeFacts facts, PodIdentity identity, DateTimeOffset now) =>
        new() { Facts = facts, Identity = identity, StartedAt = now };
}
