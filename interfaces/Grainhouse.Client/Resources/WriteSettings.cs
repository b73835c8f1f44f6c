namespace Grainhouse.Client;

/// <summary>What the server does with fields that the kind does not have.</summary>
public enum FieldValidation
{
    /// <summary>What the server does by default: it warns.</summary>
    Default = 0,

    /// <summary>It ignores them.</summary>
    Ignore = 1,

    /// <summary>It warns.</summary>
    Warn = 2,

    /// <summary>It refuses the write (400).</summary>
    Strict = 3,
}

/// <summary>How to write.</summary>
public sealed record WriteSettings
{
    /// <summary>Everything as usual, but nothing is kept.</summary>
    public bool DryRun { get; init; }

    /// <summary>Who writes, as <c>managedFields</c> name it, at most 128 bytes; null for the program's name.</summary>
    public string? FieldManager { get; init; }

    /// <summary>What happens to unknown fields.</summary>
    public FieldValidation FieldValidation { get; init; }

    /// <summary>Which part of the object is written, as in <c>status</c> or <c>scale</c>; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";
}
