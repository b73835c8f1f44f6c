namespace Grainhouse.Planning.Scheduling;

/// <summary>Which nodes the resource score prefers.</summary>
public enum FitStrategy
{
    /// <summary>The emptiest: spread.</summary>
    LeastAllocated = 0,

    /// <summary>The fullest that still fits: pack.</summary>
    MostAllocated = 1,
}

/// <summary>How a <see cref="Scheduler"/> places pods.</summary>
public sealed record SchedulerOptions
{
    /// <summary>The built-in scheduler's name, which pods have that name none.</summary>
    public const string DefaultName = "default-scheduler";

    /// <summary>Pods with another <c>spec.schedulerName</c> are left alone. A pod without one counts as meant.</summary>
    public string SchedulerName { get; init; } = DefaultName;

    /// <summary>Spread (upstream's default) or pack.</summary>
    public FitStrategy Strategy { get; init; } = FitStrategy.LeastAllocated;
}
