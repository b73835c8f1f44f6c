using System.Collections.Immutable;

namespace Grainhouse.HostAgent.Runtimes.Simulated;

/// <summary>How the simulated host behaves. All defaults are zero: everything succeeds at once.</summary>
public sealed record SimulatedRuntimeOptions
{
    /// <summary>How long making a sandbox takes.</summary>
    public TimeSpan SandboxLatency { get; init; }

    /// <summary>How long starting a container takes.</summary>
    public TimeSpan StartLatency { get; init; }

    /// <summary>How long a container takes from its stop signal to its end; a longer grace period does not lengthen it.</summary>
    public TimeSpan StopLatency { get; init; }

    /// <summary>How long pulling an image takes.</summary>
    public TimeSpan PullLatency { get; init; }

    /// <summary>How often (0 to 1) starting a container fails with <see cref="RuntimeErrorKind.Start"/>.</summary>
    public double StartFailureProbability { get; init; }

    /// <summary>How often (0 to 1) pulling an image fails with <see cref="RuntimeErrorKind.ImagePull"/>.</summary>
    public double PullFailureProbability { get; init; }

    /// <summary>How often (0 to 1) any call fails with <see cref="RuntimeErrorKind.Unavailable"/> before it did anything.</summary>
    public double UnavailableProbability { get; init; }

    /// <summary>Where the random choices start: the same seed and calls give the same failures.</summary>
    public int Seed { get; init; }

    /// <summary>Whether images count as present without a pull.</summary>
    public bool AllImagesPresent { get; init; }

    /// <summary>The first two bytes of the pods' addresses, so that hosts of one cluster differ.</summary>
    public ushort AddressPrefix { get; init; } = 0x0a58;

    /// <summary>What a container does once it runs.</summary>
    /// <value>Default: it runs until it is stopped.</value>
    public Func<ContainerSpec, SimulatedWorkload> Workload { get; init; } = static _ => SimulatedWorkload.Forever;

    /// <summary>What a command in a container gives back.</summary>
    /// <value>Default: success without output, so that exec probes pass.</value>
    public Func<ContainerState, ImmutableArray<string>, ExecResult> Exec { get; init; } = static (_, _) => new ExecResult(0, "", TimedOut: false);

    /// <summary>Why an image cannot be pulled; null where it can.</summary>
    public Func<string, RuntimeErrorKind?> PullError { get; init; } = static _ => null;
}

/// <summary>What a simulated container does.</summary>
public sealed record SimulatedWorkload
{
    /// <summary>Runs until it is stopped.</summary>
    public static readonly SimulatedWorkload Forever = new();

    /// <summary>How long it runs by itself; null for ever.</summary>
    public TimeSpan? RunsFor { get; init; }

    /// <summary>The exit code when it ends by itself.</summary>
    public int ExitCode { get; init; }

    /// <summary>The exit code when it is stopped.</summary>
    public int StopExitCode { get; init; }

    /// <summary>Whether it runs on until it is killed.</summary>
    public bool IgnoresStop { get; init; }

    /// <summary>Why it cannot start; null if it can.</summary>
    public string? StartError { get; init; }

    /// <summary>What it writes as it starts.</summary>
    public ImmutableArray<string> Output { get; init; } = [];

    /// <summary>What it writes when it is stopped; null for nothing.</summary>
    public string? StopOutput { get; init; }

    /// <summary>The CPU that it uses.</summary>
    public ulong CpuNanocores { get; init; }

    /// <summary>The memory that it uses.</summary>
    public ulong MemoryBytes { get; init; }
}
