namespace Grainhouse.Cluster.Tests;

/// <summary>How much a run puts on the cluster, how often it breaks it, and what it asks of it.</summary>
/// <remarks>
/// A bounded size by default, with bounds for a machine that tests other things at the same time; the promised size and the
/// promised bounds with <c>GRAINHOUSE_CLUSTER_SIZE=full</c>, which asks for a quiet machine (docs/benchmarks.md).
/// </remarks>
internal sealed record ClusterSize
{
    private static readonly ClusterSize Bounded = new()
    {
        Nodes = 6,
        Pods = 60,
        Writers = 8,
        Watches = 8,
        Faults = 2,
        WriteEvery = TimeSpan.FromMilliseconds(250),
        FaultTime = TimeSpan.FromSeconds(12),
        CallBound = TimeSpan.FromSeconds(5),
        AnswerAtP99 = TimeSpan.FromSeconds(15),
        AnswerAtWorst = TimeSpan.FromSeconds(15),
        AttachBound = TimeSpan.FromSeconds(15),
        FrozenBound = TimeSpan.FromSeconds(20),
        ServeBound = TimeSpan.FromSeconds(30),
        ConvergeBound = TimeSpan.FromSeconds(30),
    };

    private static readonly ClusterSize Full = new()
    {
        Nodes = 10,
        Pods = 2_000,
        Writers = 64,
        Watches = 64,
        Faults = 20,
        WriteEvery = TimeSpan.FromSeconds(1),
        FaultTime = TimeSpan.FromSeconds(30),
        CallBound = TimeSpan.FromSeconds(2),
        AnswerAtP99 = TimeSpan.FromSeconds(2),
        AnswerAtWorst = TimeSpan.FromSeconds(3),
        AttachBound = TimeSpan.FromSeconds(2),
        FrozenBound = TimeSpan.FromSeconds(5),
        ServeBound = TimeSpan.FromSeconds(2),
        ConvergeBound = TimeSpan.FromSeconds(10),
    };

    /// <summary>The size of this run; <c>GRAINHOUSE_CLUSTER_FAULTS</c> says how many kills it has.</summary>
    public static ClusterSize Current { get; } = Read();

    /// <summary>Agents, each with the simulated runtime.</summary>
    public required int Nodes { get; init; }

    public required int Pods { get; init; }

    public required int Writers { get; init; }

    public required int Watches { get; init; }

    /// <summary>Kills in a row.</summary>
    public required int Faults { get; init; }

    /// <summary>Between two writes of one writer. They share the machine with the silos: unpaced, 64 would measure only themselves.</summary>
    public required TimeSpan WriteEvery { get; init; }

    /// <summary>How long a silo is frozen or cut off: longer than any detector takes.</summary>
    public required TimeSpan FaultTime { get; init; }

    /// <summary>The longest that a call may take, whatever its answer.</summary>
    public required TimeSpan CallBound { get; init; }

    /// <summary>From a kill until grains answer, for 99 of 100.</summary>
    public required TimeSpan AnswerAtP99 { get; init; }

    /// <summary>From a kill until the last grain answers.</summary>
    public required TimeSpan AnswerAtWorst { get; init; }

    /// <summary>From a kill until every agent is heard again.</summary>
    public required TimeSpan AttachBound { get; init; }

    /// <summary>From a freeze until the frozen silo's grains answer elsewhere.</summary>
    public required TimeSpan FrozenBound { get; init; }

    /// <summary>From the start of one silo, of a cluster that was all killed, until it serves.</summary>
    public required TimeSpan ServeBound { get; init; }

    /// <summary>From the end of a partition, or the return of the database, until all is well.</summary>
    public required TimeSpan ConvergeBound { get; init; }

    private static ClusterSize Read()
    {
        var size = Environment.GetEnvironmentVariable("GRAINHOUSE_CLUSTER_SIZE") == "full" ? Full : Bounded;
        return int.TryParse(Environment.GetEnvironmentVariable("GRAINHOUSE_CLUSTER_FAULTS"), out var faults) ? size with { Faults = Math.Clamp(faults, 1, 100) } : size;
    }
}
