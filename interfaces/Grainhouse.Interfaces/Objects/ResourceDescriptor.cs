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
    private static readonly ImmutableArray<string> AllVerbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"];

    /// <summary>As in <c>deployment</c>.</summary>
    public string Singular => Kind.ToLowerInvariant();

    /// <summary>As in <c>deploy</c>.</summary>
    public ImmutableArray<string> ShortNames { get; init; } = [];

    /// <summary>As in <c>all</c>.</summary>
    public ImmutableArray<string> Categories { get; init; } = [];

    /// <summary>What can be done with objects and collections, sorted; all of it if nothing else is said. Another verb is refused (405).</summary>
    public ImmutableArray<string> Verbs { get; init; } = AllVerbs;

    /// <summary>Subresources beside the object itself: <c>status</c>, <c>scale</c>, <c>log</c>, <c>binding</c>, <c>finalize</c>, <c>approval</c>.</summary>
    public ImmutableArray<string> Subresources { get; init; } = [];

    /// <summary>Whether changes of what is asked for raise <c>metadata.generation</c>.</summary>
    public bool HasGeneration { get; init; }

    /// <summary>The definition in the schema data, as in <c>io.k8s.api.apps.v1.Deployment</c>; empty for a kind that has none.</summary>
    public string Schema { get; init; } = $"io.k8s.api.{(Group.Length == 0 ? "core" : Group.Split('.')[0])}.{Version}.{Kind}";

    /// <summary>The version that objects are stored in, if this is another one of the same objects; null for the stored version itself.</summary>
    /// <remarks>Documents are converted where they come in and go out: see <see cref="Conversion.VersionConversion"/>.</remarks>
    public ResourceDescriptor? StoredAs { get; init; }

    /// <summary>Words for whoever uses the version (a Warning header), as upstream has them; empty for a version that stays.</summary>
    public string Deprecation { get; init; } = "";

    /// <summary><c>plural.group</c>, or just the plural in the core group: the name in messages, and of a stored version the first part of an <see cref="ObjectKey"/>.</summary>
    public string QualifiedName { get; } = Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary><c>group/version</c>, or just the version in the core group.</summary>
    public string ApiVersion { get; } = Group.Length == 0 ? Version : $"{Group}/{Version}";

    /// <summary>The version that objects are stored in: this one, or <see cref="StoredAs"/>.</summary>
    public ResourceDescriptor Stored => StoredAs ?? this;

    /// <summary>Whether objects can only be read.</summary>
    public bool ReadOnly => !Verbs.Contains("create");

    /// <summary>Whether the kind has a <c>status</c> subresource, so that writes to the object leave <c>status</c> alone.</summary>
    public bool HasStatus => Subresources.Contains("status");

    /// <summary>The key of one object of this kind.</summary>
    public ObjectKey Key(string? @namespace, string name) => new(Stored.QualifiedName, Namespaced ? @namespace ?? "" : "", name);
}
