using System.ComponentModel.DataAnnotations;
using Grainhouse.HostAgent.Runtimes.Simulated;

namespace Grainhouse.HostAgent;

/// <summary>Many simulated nodes in one process.</summary>
public sealed record SimulatedFleetOptions
{
    /// <summary>How many nodes.</summary>
    [Range(1, 100_000)]
    public required int Nodes { get; init; }

    /// <summary>The nodes' names are this and a number: <c>sim-0001</c>.</summary>
    public string NamePrefix { get; init; } = "sim-";

    /// <summary>Where gateways listen; the nodes are spread over them.</summary>
    [MinLength(1)]
    public required IReadOnlyList<Uri> Gateways { get; init; }

    /// <summary>Buys each node its certificate.</summary>
    public required string JoinToken { get; init; }

    /// <summary>The cluster's authority, PEM or DER; null to know it by <see cref="AuthorityHash"/>.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>As in <see cref="HostAgentOptions.AuthorityHash"/>.</summary>
    public string? AuthorityHash { get; init; }

    /// <summary>CPU of each node in millicores.</summary>
    /// <value>Default 4 CPUs.</value>
    public long CpuMillis { get; init; } = 4_000;

    /// <summary>Memory of each node.</summary>
    /// <value>Default 16 GiB.</value>
    public long MemoryBytes { get; init; } = 16L << 30;

    /// <summary>How many pods each node takes.</summary>
    public int MaxPods { get; init; } = 110;

    /// <summary>The nodes are dealt out over this many zones (topology.kubernetes.io/zone); 0 for no zones.</summary>
    public int Zones { get; init; }

    /// <summary>How the simulated hosts behave.</summary>
    public SimulatedRuntimeOptions Runtime { get; init; } = new() { AllImagesPresent = true };

    /// <summary>Between the starts of two nodes.</summary>
    /// <value>Default 2 ms: a thousand nodes come up in two seconds, and no gateway sees a thousand handshakes at once.</value>
    public TimeSpan StartInterval { get; init; } = TimeSpan.FromMilliseconds(2);
}
