namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Where the Process driver keeps its containers and what it tells about them.</summary>
public sealed record ProcessRuntimeOptions
{
    /// <summary>The driver's own directory: records, logs, working directories. Must stay the same over restarts.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>The address of every pod, since all share the host's network; null to ask the host for its primary one.</summary>
    public string? HostAddress { get; init; }

    /// <summary>Sets this agent's cgroups apart from those of other agents on the host.</summary>
    /// <value>Default: one agent per host.</value>
    public string InstanceScope { get; init; } = "agent";

    /// <summary>How large one log file of a container grows before it is rotated.</summary>
    /// <value>Default 10 MiB, as the kubelet's containerLogMaxSize.</value>
    public long LogFileBytes { get; init; } = 10 * 1024 * 1024;

    /// <summary>How many log files are kept per container.</summary>
    /// <value>Default 5, as the kubelet's containerLogMaxFiles.</value>
    public int LogFiles { get; init; } = 5;
}
