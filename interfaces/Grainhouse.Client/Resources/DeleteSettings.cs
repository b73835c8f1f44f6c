namespace Grainhouse.Client;

/// <summary>What happens to what an object owns.</summary>
public enum Propagation
{
    /// <summary>The object goes first, its dependents after it.</summary>
    Background = 0,

    /// <summary>The dependents go first.</summary>
    Foreground = 1,

    /// <summary>The dependents stay.</summary>
    Orphan = 2,
}

/// <summary>How to delete.</summary>
public sealed record DeleteSettings
{
    /// <summary>How long it may take to end; null for the object's own time, zero for at once. Whole seconds.</summary>
    public TimeSpan? GracePeriod { get; init; }

    /// <summary>What happens to dependents.</summary>
    public Propagation Propagation { get; init; }

    /// <summary>Refuse (409) unless the object has this uid; null for any.</summary>
    public string? Uid { get; init; }

    /// <summary>Refuse (409) unless the object is at this resourceVersion; null for any.</summary>
    public string? ResourceVersion { get; init; }

    /// <summary>Everything as usual, but nothing is deleted.</summary>
    public bool DryRun { get; init; }
}
