namespace Grainhouse.Simulation;

/// <summary>How large a simulated cluster is, and how long it lives.</summary>
public sealed record SimulationOptions
{
    /// <summary>Short lives full of faults, for many seeds: what goes wrong needs few parts, and many lives find more than long ones.</summary>
    public static SimulationOptions Short { get; } = new()
    {
        Duration = TimeSpan.FromSeconds(20),
        Quiet = TimeSpan.FromSeconds(4),
        FaultInterval = TimeSpan.FromSeconds(1.6),
        ActInterval = TimeSpan.FromSeconds(2),
    };

    /// <summary>The silos.</summary>
    public int Silos { get; init; } = 3;

    /// <summary>The machines, each with an agent.</summary>
    public int Machines { get; init; } = 4;

    /// <summary>The Deployments.</summary>
    public int Deployments { get; init; } = 3;

    /// <summary>The most replicas of a Deployment.</summary>
    public int MostReplicas { get; init; } = 5;

    /// <summary>What each machine can carry, in thousandths of a core.</summary>
    public int MachineMillis { get; init; } = 4_000;

    /// <summary>How long faults and clients go on.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long the cluster is left alone before the first fault.</summary>
    public TimeSpan Quiet { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The mean time between faults.</summary>
    public TimeSpan FaultInterval { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>The mean time between acts of clients.</summary>
    public TimeSpan ActInterval { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>The time that the cluster has to come to rest once the faults have ended.</summary>
    /// <value>Default 90 s: the last faults may last 20 s longer, and a wake that was lost is repeated after 15 s.</value>
    public TimeSpan ConvergenceBound { get; init; } = TimeSpan.FromSeconds(90);
}
