using System.ComponentModel.DataAnnotations;
using Grainhouse.HostAgent.Runtimes.Simulated;

namespace Grainhouse.HostAgent;

/// <summary>Which runtime runs a node's pods.</summary>
public enum RuntimeChoice
{
    /// <summary>Docker where its engine answers, else Process.</summary>
    Auto = 0,

    /// <summary>Docker; pods with <c>runtimeClassName: process</c> go to Process.</summary>
    Docker = 1,

    /// <summary>Process for all pods: those that need an image fail, unless they have a command.</summary>
    Process = 2,

    /// <summary>Simulated for all pods: nothing runs.</summary>
    Simulated = 3,
}

/// <summary>How a host agent is set up.</summary>
public sealed record HostAgentOptions
{
    /// <summary>The node's name: a DNS subdomain in lower case.</summary>
    /// <value>Default: the machine's name.</value>
    [Required, RegularExpression("^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$", ErrorMessage = "HostAgent:NodeName must be a lower-case DNS subdomain.")]
    public string NodeName { get; init; } = Environment.MachineName.ToLowerInvariant();

    /// <summary>Where the agent keeps its key, its last directive and the pods' files. Must outlive restarts.</summary>
    [Required]
    public required string DataDirectory { get; init; }

    /// <summary>Where gateways listen (<c>https://host:port</c>); the cluster's Settings add to them later.</summary>
    [MinLength(1, ErrorMessage = "HostAgent:Gateways must name at least one gateway.")]
    public required IReadOnlyList<Uri> Gateways { get; init; }

    /// <summary>Buys the first client certificate; null once the agent has joined.</summary>
    public string? JoinToken { get; init; }

    /// <summary>The cluster's authority (PEM or DER), to know its gateways by at first contact; null to know it by <see cref="AuthorityHash"/>.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary><c>sha256:HEX</c> of the authority's certificate or of its public key (as kubeadm's discovery hash).</summary>
    public string? AuthorityHash { get; init; }

    /// <summary>What runs the pods.</summary>
    /// <value>Default <see cref="RuntimeChoice.Auto"/>.</value>
    public RuntimeChoice Runtime { get; init; }

    /// <summary>The node's address.</summary>
    /// <value>Default null: the source address of the default route.</value>
    public string? NodeAddress { get; init; }

    /// <summary>Labels to register the node with, beside those of kubernetes.io.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Taints to register the node with, each <c>key=value:Effect</c>; they count when the node is made, and are the user's from then on.</summary>
    public IReadOnlyList<string> Taints { get; init; } = [];

    /// <summary>CPU to report in millicores instead of the machine's.</summary>
    public long? CpuMillis { get; init; }

    /// <summary>Memory to report in bytes instead of the machine's.</summary>
    public long? MemoryBytes { get; init; }

    /// <summary>How many pods the node takes.</summary>
    /// <value>Default 110, as kubelet.</value>
    [Range(1, 10_000)]
    public int MaxPods { get; init; } = 110;

    /// <summary>Between heartbeats, until the cluster's Settings say otherwise.</summary>
    /// <value>Default 5 s.</value>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether directives are kept on disk, so that the agent carries on without a gateway after its own restart.</summary>
    /// <value>Default true; false only for simulated nodes.</value>
    public bool KeepDirectives { get; init; } = true;

    /// <summary>How the simulated host behaves, where <see cref="Runtime"/> is <see cref="RuntimeChoice.Simulated"/>.</summary>
    public SimulatedRuntimeOptions Simulation { get; init; } = new();

    /// <summary>The key under which options are bound.</summary>
    public const string Section = "HostAgent";

    /// <summary>Fails with the first thing that is wrong, and its key.</summary>
    public void Validate()
    {
        Validator.ValidateObject(this, new ValidationContext(this), validateAllProperties: true);
        if (HeartbeatInterval <= TimeSpan.Zero)
        {
            throw new ValidationException("HostAgent:HeartbeatInterval must be positive.");
        }

        if (AuthorityHash is { } hash && !hash.StartsWith("sha256:", StringComparison.Ordinal))
        {
            throw new ValidationException($"HostAgent:AuthorityHash is '{hash}'; it must be sha256: and 64 hex digits.");
        }
    }
}
