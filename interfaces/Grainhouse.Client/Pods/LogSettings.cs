namespace Grainhouse.Client;

/// <summary>Which lines of which log.</summary>
public sealed record LogSettings
{
    /// <summary>The container.</summary>
    /// <value>Default null: the only one, or the one that the annotation kubectl.kubernetes.io/default-container names.</value>
    public string? Container { get; init; }

    /// <summary>Whether to wait for the lines that come, until the container ends.</summary>
    public bool Follow { get; init; }

    /// <summary>Whether it is the log of the container's last instance.</summary>
    public bool Previous { get; init; }

    /// <summary>Whether each line comes with the time at which it was written.</summary>
    public bool Timestamps { get; init; }

    /// <summary>How many of the last lines; null for all.</summary>
    public long? Tail { get; init; }

    /// <summary>Only what was written from then on; null for all.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How many bytes at most; null for all.</summary>
    public long? LimitBytes { get; init; }
}
