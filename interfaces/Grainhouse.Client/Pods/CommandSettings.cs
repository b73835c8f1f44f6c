namespace Grainhouse.Client;

/// <summary>In which container, and which of a process's streams are wanted.</summary>
public sealed record CommandSettings
{
    internal static CommandSettings Outputs { get; } = new();

    /// <summary>The container.</summary>
    /// <value>Default null: the only one, or the one that the annotation kubectl.kubernetes.io/default-container names.</value>
    public string? Container { get; init; }

    /// <summary>Whether there is input.</summary>
    public bool Stdin { get; init; }

    /// <summary>Whether stdout is wanted.</summary>
    /// <value>Default true.</value>
    public bool Stdout { get; init; } = true;

    /// <summary>Whether stderr is wanted; a terminal has none.</summary>
    /// <value>Default true.</value>
    public bool Stderr { get; init; } = true;

    /// <summary>Whether there is a terminal: then all that is said is stdout. Of an attachment, whether the container has one.</summary>
    public bool Tty { get; init; }
}
