namespace Grainhouse.Gateway.Security;

/// <summary>What a request wants to do.</summary>
/// <param name="Verb">get, list, watch, create, update, patch, delete, deletecollection; for paths the lower-case method.</param>
public readonly record struct AccessAttributes(string Verb)
{
    /// <summary>The API group; empty for core.</summary>
    public string Group { get; init; } = "";

    /// <summary>The plural resource; empty for a path that is no resource.</summary>
    public string Resource { get; init; } = "";

    /// <summary>The subresource; empty for the object itself.</summary>
    public string Subresource { get; init; } = "";

    /// <summary>The namespace; empty at the cluster scope.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>The object's name; empty for a collection.</summary>
    public string Name { get; init; } = "";

    /// <summary>The path, where <see cref="Resource"/> is empty.</summary>
    public string Path { get; init; } = "";
}

/// <summary>Whether a user may do something, and why.</summary>
/// <param name="Allowed">Whether it is allowed.</param>
/// <param name="Reason">Words for a person; may be empty.</param>
public readonly record struct AccessDecision(bool Allowed, string Reason);

/// <summary>A rule for the answer to "what may I do".</summary>
/// <param name="Verbs">The verbs; <c>*</c> for all.</param>
/// <param name="Groups">The API groups; empty for a rule on paths.</param>
/// <param name="Resources">The resources; empty for a rule on paths.</param>
/// <param name="Paths">The paths; empty for a rule on resources.</param>
public sealed record AccessRule(IReadOnlyList<string> Verbs, IReadOnlyList<string> Groups, IReadOnlyList<string> Resources, IReadOnlyList<string> Paths);

/// <summary>Decides what users may do.</summary>
public interface IAuthorizer
{
    /// <summary>Decides one request.</summary>
    ValueTask<AccessDecision> AuthorizeAsync(UserIdentity user, AccessAttributes attributes, CancellationToken cancellationToken = default);

    /// <summary>Lists what a user may do in a namespace.</summary>
    ValueTask<IReadOnlyList<AccessRule>> RulesAsync(UserIdentity user, string @namespace, CancellationToken cancellationToken = default);
}
