namespace Grainhouse.Client;

/// <summary>Which objects of a kind.</summary>
public sealed record Selection
{
    /// <summary>All objects in all namespaces.</summary>
    public static Selection Everything { get; } = new();

    /// <summary>One namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>A label selector, as in <c>app=web,tier in (a,b)</c>; empty for all.</summary>
    public string Labels { get; init; } = "";

    /// <summary>A field selector, as in <c>spec.nodeName=n1</c>; empty for all.</summary>
    public string Fields { get; init; } = "";

    /// <summary>All objects of one namespace.</summary>
    public static Selection In(string @namespace) => new() { Namespace = @namespace };
}
