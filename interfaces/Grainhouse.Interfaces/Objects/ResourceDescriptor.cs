using System.Collections.Immutable;

namespace Grainhouse.Interfaces.Objects;

/// <summary>What the API says of a kind: its names, its scope and what can be done with it.</summary>
/// <param name="Group">The API group; empty for core.</param>
/// <param name="Version">The API version, as in <c>v1</c>.</param>
/// <param name="Kind">As in <c>Deployment</c>.</param>
/// <param name="Plural">As in <c>deployments</c>.</param>
/// <param name="Namespaced">Whether objects live in a namespace.</param>
public sealed record ResourceDescriptor(string Group, string Version, string Kind, string Plural, bool Namespaced)
{
    /// <summary>As in <c>deployment</c>.</summary>
    public string Singular => Kind.ToLowerInvariant();

    /// <summary>As in <c>deploy</c>.</summary>
    public ImmutableArray<string> ShortNames { get; init; } = [];

    /// <summary>As in <c>all</c>.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>Subresources beside the object itself: <c>status</c>, <c>scale</c>, <c>log</c>, <c>binding</c>, <c>finalize</c>.</summary>
    public ImmutableArray<string> Subresources { get; init; } = [];

    /// <summary>Whether <c>spec</c> changes raise <c>metadata.generation</c>.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>Whether the API only reads objects of the kind: get, list and watch work, every write is refused (405).</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The definition in the schema data, as in <c>io.k8s.api.apps.v1.Deployment</c>; empty for a kind that cannot be written.</summary>
    public string Schema { get; init; } = "";

    /// <summary><c>plural.group</c>, or just the plural in the core group: the first part of an <see cref="ObjectKey"/>.</summary>
    public string QualifiedName { get; } = Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary><c>group/version</c>, or just the version in the core group.</summary>
    public string ApiVersion { get; } = Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>Whether the kind has a <c>status</c> subresource, so that writes to the object leave <c>status</c> alone.</summary>
    public bool HasStatus => Subresources.Contains("status");

    /// <summary>The key of one object of this kind.</summary>
    public ObjectKey Key(string? @namespace, string name) => new(QualifiedName, Namespaced ? @namespace ?? "" : "", name);
}
