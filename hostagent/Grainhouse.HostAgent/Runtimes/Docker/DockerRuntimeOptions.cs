namespace Grainhouse.HostAgent.Runtimes.Docker;

/// <summary>How the Docker driver reaches its engine and marks what it makes there.</summary>
public sealed record DockerRuntimeOptions
{
    /// <summary>Where the engine listens.</summary>
    /// <value>Default: the engine's own default socket.</value>
    public Uri Endpoint { get; init; } = new("unix:///var/run/docker.sock");

    /// <summary>Sets this agent's containers apart from those of other agents on the same engine; must stay the same over restarts.</summary>
    public required string InstanceScope { get; init; }

    /// <summary>The address of pods that share the host's network; null to ask the host for its primary one.</summary>
    public string? HostAddress { get; init; }

    /// <summary>Where the agents of this host note which pod has which address; a directory that a restart of the machine empties.</summary>
    /// <value>Default: <c>/run/grainhouse/networks</c>.</value>
    public string NetworkDirectory { get; init; } = "/run/grainhouse/networks";

    /// <summary>How large one log file of a container grows before it is rotated.</summary>
    /// <value>Default 10 MiB, as the kubelet's containerLogMaxSize.</value>
    public long LogFileBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>How many log files are kept per container.</summary>
    /// <value>Default 5, as the kubelet's containerLogMaxFiles.</value>
    public int LogFiles { get; init; } = 5;

    /// <summary>How long one call to the engine may take before it counts as out of reach; streams and stops have no bound.</summary>
    /// <value>Default 2 minutes: an engine under load takes long to start a container, and starting twice is worse than waiting.</value>
    public TimeSpan CallTimeout { get; init; } = TimeSpan.FromMinutes(2);
}
