namespace Grainhouse.HostAgent.Pods;

/// <summary>What the decisions about a pod must know of its node and runtime. Fixed while the agent runs.</summary>
public sealed record NodeFacts
{
    /// <summary>The node's name.</summary>
    public required string NodeName { get; init; }

    /// <summary>The node's address: status.hostIP, and the address of pods that share the host's network.</summary>
    public required string Address { get; init; }

    /// <summary>The runtime's name: the scheme of container ids.</summary>
    public required string Runtime { get; init; }

    /// <summary>Whether containers need an image. Where they do not, they need a command.</summary>
    public bool UsesImages { get; init; } = true;

    /// <summary>Whether every pod shares the host's network: the Process runtime.</summary>
    public bool SharesHostNetwork { get; init; }

    /// <summary>Whether pods have files on the host; false where nothing runs: the Simulated runtime.</summary>
    public bool HasFiles { get; init; } = true;

    /// <summary>The directory of the pods' directories.</summary>
    public string PodsDirectory { get; init; } = "";

    /// <summary>Allocatable CPU in millicores: the downward API's answer for a container without a limit.</summary>
    public long CpuMillis { get; init; }

    /// <summary>Allocatable memory in bytes: the downward API's answer for a container without a limit.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Where a pod keeps its files.</summary>
    public string DirectoryOf(string podUid) => Path.Combine(PodsDirectory, podUid);
}
