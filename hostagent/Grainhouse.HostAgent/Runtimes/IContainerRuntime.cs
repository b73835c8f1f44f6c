using System.Collections.Immutable;

namespace Grainhouse.HostAgent.Runtimes;

/// <summary>What starts, watches and stops workloads on this host. One driver per engine: Docker, Process, Simulated.</summary>
/// <remarks>
/// Every call is safe to repeat: the agent asks again after a crash, and a call that finds its work done returns as if it
/// had done it. All that is needed to recognise a sandbox or container after any crash is kept with it (labels, or files
/// beside it), so <see cref="ListAsync"/> alone rebuilds the agent's picture. <see cref="RuntimeException.Kind"/> tells the
/// agent what to do next. All methods may be called from any thread. The contract is tested by ContainerRuntimeContract,
/// which every driver's tests inherit.
/// </remarks>
public interface IContainerRuntime : IAsyncDisposable
{
    /// <summary>As in <c>docker</c>: the scheme of container ids in a pod's status (<c>docker://ID</c>).</summary>
    string Name { get; }

    /// <summary>Whether containers need an image.</summary>
    bool UsesImages { get; }

    /// <summary>The engine's version; fails with <see cref="RuntimeErrorKind.Unavailable"/> when it is out of reach.</summary>
    Task<string> GetVersionAsync(CancellationToken cancellationToken);

    /// <summary>All sandboxes of this agent and their containers, dead ones included.</summary>
    Task<ImmutableArray<SandboxState>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Follows what happens to this agent's containers: started, died. A hint to look again; may repeat or miss.</summary>
    IAsyncEnumerable<RuntimeEvent> WatchAsync(CancellationToken cancellationToken);

    /// <summary>Makes the pod's sandbox, which holds its network, and starts it; returns its state with the pod's address.</summary>
    Task<SandboxState> EnsureSandboxAsync(SandboxSpec spec, CancellationToken cancellationToken);

    /// <summary>Kills what still runs in a sandbox and removes it, its containers, their logs and their files.</summary>
    Task RemoveSandboxAsync(string sandboxId, CancellationToken cancellationToken);

    /// <summary>Makes a container in a sandbox and starts it; returns when its process exists.</summary>
    /// <remarks>Idempotent by sandbox, container name and <see cref="ContainerSpec.Attempt"/>.</remarks>
    Task<ContainerState> StartContainerAsync(string sandboxId, ContainerSpec spec, CancellationToken cancellationToken);

    /// <summary>Sends the stop signal, waits up to the grace period, kills; returns when the process is gone.</summary>
    Task<ContainerState> StopContainerAsync(string containerId, TimeSpan gracePeriod, CancellationToken cancellationToken);

    /// <summary>The state of one container; null if there is none.</summary>
    Task<ContainerState?> InspectContainerAsync(string containerId, CancellationToken cancellationToken);

    /// <summary>Removes a dead container with its log.</summary>
    Task RemoveContainerAsync(string containerId, CancellationToken cancellationToken);

    /// <summary>Runs a command in a running container and collects its output (at most 64 KiB).</summary>
    Task<ExecResult> ExecAsync(string containerId, ImmutableArray<string> command, TimeSpan timeout, CancellationToken cancellationToken);

    /// <summary>Reads a container's log, from running and dead containers alike, line by line (without the newline).</summary>
    IAsyncEnumerable<LogLine> ReadLogsAsync(string containerId, LogQuery query, CancellationToken cancellationToken);

    /// <summary>What the containers use now; those that are gone are left out.</summary>
    Task<ImmutableArray<ContainerUsage>> GetUsageAsync(CancellationToken cancellationToken);

    /// <summary>The image as it is on this host; null if it is not.</summary>
    Task<ImageState?> FindImageAsync(string image, CancellationToken cancellationToken);

    /// <summary>Pulls an image. Fails with <see cref="RuntimeErrorKind.ImageNotFound"/> or <see cref="RuntimeErrorKind.ImagePull"/>.</summary>
    Task<ImageState> PullImageAsync(string image, RegistryCredentials? credentials, CancellationToken cancellationToken);

    /// <summary>The images on this host.</summary>
    Task<ImmutableArray<ImageState>> ListImagesAsync(CancellationToken cancellationToken);
}

/// <summary>What the agent should do about an error.</summary>
public enum RuntimeErrorKind
{
    /// <summary>The engine is out of reach: try again, nothing is wrong with the workload.</summary>
    Unavailable = 0,

    /// <summary>The sandbox or container does not exist (any more): look again.</summary>
    NotFound = 1,

    /// <summary>The image does not exist, or may not be seen: ErrImagePull.</summary>
    ImageNotFound = 2,

    /// <summary>The image could not be pulled: ErrImagePull.</summary>
    ImagePull = 3,

    /// <summary>The image's name cannot be parsed: InvalidImageName.</summary>
    InvalidImageName = 4,

    /// <summary>The container could not be made from its spec: CreateContainerError.</summary>
    Create = 5,

    /// <summary>The container was made, but its process could not start (no such command): RunContainerError, exit code 127 or 128.</summary>
    Start = 6,
}

/// <summary>A runtime call failed.</summary>
public sealed class RuntimeException(RuntimeErrorKind kind, string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What to do about it.</summary>
    public RuntimeErrorKind Kind { get; } = kind;
}

/// <summary>The pod that a sandbox is for.</summary>
public sealed record PodIdentity(string Uid, string Namespace, string Name);

/// <summary>What a sandbox is made from.</summary>
public sealed record SandboxSpec
{
    /// <summary>The pod.</summary>
    public required PodIdentity Pod { get; init; }

    /// <summary>Rises when a pod's sandbox had to be made again.</summary>
    public int Attempt { get; init; }

    /// <summary>The host name inside the pod.</summary>
    public required string Hostname { get; init; }

    /// <summary>Whether the pod shares the host's network.</summary>
    public bool HostNetwork { get; init; }

    /// <summary>Ports to publish on the host.</summary>
    public ImmutableArray<HostPort> HostPorts { get; init; } = [];

    /// <summary>Lines for /etc/hosts.</summary>
    public ImmutableArray<HostAlias> HostAliases { get; init; } = [];

    /// <summary>Labels to keep with the sandbox.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>An address and the names it gets in /etc/hosts.</summary>
public sealed record HostAlias(string Address, ImmutableArray<string> Hostnames);

/// <summary>A container port published on the host.</summary>
/// <param name="Port">The port on the host.</param>
/// <param name="ContainerPort">The port in the pod.</param>
/// <param name="Protocol">TCP or UDP.</param>
/// <param name="HostAddress">Empty for all addresses.</param>
public sealed record HostPort(int Port, int ContainerPort, string Protocol, string HostAddress);

/// <summary>What a container is made from: everything resolved, nothing left to look up.</summary>
public sealed record ContainerSpec
{
    /// <summary>The name in the pod.</summary>
    public required string Name { get; init; }

    /// <summary>Counts the container's starts in this pod; the restart count.</summary>
    public int Attempt { get; init; }

    /// <summary>The image, or null where the runtime uses none.</summary>
    public string? Image { get; init; }

    /// <summary>The entry point; empty for the image's own.</summary>
    public ImmutableArray<string> Command { get; init; } = [];

    /// <summary>The arguments; empty for the image's own.</summary>
    public ImmutableArray<string> Args { get; init; } = [];

    /// <summary>The environment, in order.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Environment { get; init; } = [];

    /// <summary>The working directory; null for the image's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Host directories and files to mount.</summary>
    public ImmutableArray<ContainerMount> Mounts { get; init; } = [];

    /// <summary>CPU weight in millicores; 0 for the least.</summary>
    public long CpuRequestMillis { get; init; }

    /// <summary>CPU bound in millicores; 0 for none.</summary>
    public long CpuLimitMillis { get; init; }

    /// <summary>Memory bound; 0 for none.</summary>
    public long MemoryLimitBytes { get; init; }

    /// <summary>Process bound; 0 for none.</summary>
    public long PidsLimit { get; init; }

    /// <summary>securityContext, as far as drivers act on it.</summary>
    public ContainerSecurity Security { get; init; } = new();

    /// <summary>Keep stdin open.</summary>
    public bool Stdin { get; init; }

    /// <summary>End its input when the first that attached to it has ended; a terminal's stays open.</summary>
    public bool StdinOnce { get; init; }

    /// <summary>Give it a terminal.</summary>
    public bool Tty { get; init; }

    /// <summary>The id of the container or sandbox whose processes it sees beside its own; null for its own alone. A runtime that hides none needs it not.</summary>
    public string? ProcessesOf { get; init; }

    /// <summary>Whether it sees the host's processes.</summary>
    public bool HostProcesses { get; init; }

    /// <summary>Whether it shares the host's semaphores, queues and shared memory, not those of its pod alone.</summary>
    public bool HostIpc { get; init; }

    /// <summary>Where the container's last words are read from when it ends (terminationMessagePath), as a host path; null for none.</summary>
    public string? TerminationMessageHostPath { get; init; }

    /// <summary>Labels to keep with the container.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>A mount.</summary>
public sealed record ContainerMount(string HostPath, string ContainerPath, bool ReadOnly);

/// <summary>Rights of a container.</summary>
public sealed record ContainerSecurity
{
    /// <summary>All rights on the host.</summary>
    public bool Privileged { get; init; }

    /// <summary>The user id; null for the image's own.</summary>
    public long? RunAsUser { get; init; }

    /// <summary>The group id; null for the image's own.</summary>
    public long? RunAsGroup { get; init; }

    /// <summary>Whether the root file system is read-only.</summary>
    public bool ReadOnlyRootFilesystem { get; init; }

    /// <summary>Capabilities to add.</summary>
    public ImmutableArray<string> AddCapabilities { get; init; } = [];

    /// <summary>Capabilities to drop.</summary>
    public ImmutableArray<string> DropCapabilities { get; init; } = [];
}

/// <summary>A sandbox as it is.</summary>
public sealed record SandboxState(
    string Id,
    PodIdentity Pod,
    int Attempt,
    bool Running,
    string Address,
    DateTimeOffset CreatedAt,
    ImmutableArray<ContainerState> Containers);

/// <summary>Where a container is in its life.</summary>
public enum ContainerPhase
{
    /// <summary>Made, not started.</summary>
    Created = 0,

    /// <summary>Its process runs.</summary>
    Running = 100,

    /// <summary>Its process has ended.</summary>
    Exited = 200,
}

/// <summary>A container as it is.</summary>
public sealed record ContainerState
{
    /// <summary>The engine's id.</summary>
    public required string Id { get; init; }

    /// <summary>The name in the pod.</summary>
    public required string Name { get; init; }

    /// <summary>The restart count it was started with.</summary>
    public int Attempt { get; init; }

    /// <summary>Where it is in its life.</summary>
    public ContainerPhase Phase { get; init; }

    /// <summary>The image it was made from, as asked for.</summary>
    public string Image { get; init; } = "";

    /// <summary>The image's id.</summary>
    public string ImageId { get; init; } = "";

    /// <summary>When its process started; null if it never did.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When its process ended.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The exit code; 128 + n for signal n.</summary>
    public int ExitCode { get; init; }

    /// <summary>The kernel killed it for memory: OOMKilled.</summary>
    public bool OutOfMemory { get; init; }

    /// <summary>The engine's words on why it did not start or how it ended.</summary>
    public string Error { get; init; } = "";

    /// <summary>Its process id on the host; 0 if it does not run or the runtime has none.</summary>
    public int ProcessId { get; init; }

    /// <summary>Labels kept with it.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>Something happened to a container.</summary>
public sealed record RuntimeEvent(string PodUid, string SandboxId, string ContainerId);

/// <summary>What a command in a container gave back.</summary>
public sealed record ExecResult(int ExitCode, string Output, bool TimedOut);

/// <summary>Which part of a log to read.</summary>
public sealed record LogQuery
{
    /// <summary>Go on with new lines until the container ends.</summary>
    public bool Follow { get; init; }

    /// <summary>Only the last lines; null for all.</summary>
    public long? TailLines { get; init; }

    /// <summary>Only lines written at or after this time; null for all.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <summary>A line of a log.</summary>
public sealed record LogLine(DateTimeOffset Time, ReadOnlyMemory<byte> Text);

/// <summary>What a container uses.</summary>
public sealed record ContainerUsage(string PodUid, string Container, ulong CpuNanocores, ulong MemoryBytes);

/// <summary>An image on this host.</summary>
public sealed record ImageState(string Id, ImmutableArray<string> Names, long SizeBytes);

/// <summary>A user and password for a registry.</summary>
public sealed record RegistryCredentials(string Server, string Username, string Password);
