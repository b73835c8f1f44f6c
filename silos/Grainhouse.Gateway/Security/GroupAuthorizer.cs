namespace Grainhouse.Gateway.Security;

/// <summary>Decides by group alone: <c>system:masters</c> may do everything; everyone may learn what the server is and who they are.</summary>
internal sealed class GroupAuthorizer : IAuthorizer
{
    private static readonly IReadOnlyList<AccessRule> MasterRules = [new(["*"], ["*"], ["*"], []), new(["*"], [], [], ["*"])];

    private static readonly IReadOnlyList<AccessRule> BasicRules =
    [
        new(["create"], ["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], []),
        new(["create"], ["authentication.k8s.io"], ["selfsubjectreviews"], []),
        new(["get"], [], [], ["/api", "/api/*", "/apis", "/apis/*", "/healthz", "/livez", "/openapi", "/openapi/*", "/readyz", "/version", "/version/"]),
    ];

    /// <inheritdoc/>
    public ValueTask<AccessDecision> AuthorizeAsync(UserIdentity user, AccessAttributes attributes, CancellationToken cancellationToken = default) =>
        new(new AccessDecision(user.IsMaster || IsBasic(user, attributes), ""));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<AccessRule>> RulesAsync(UserIdentity user, string @namespace, CancellationToken cancellationToken = default) =>
        new([.. user.IsMaster ? MasterRules : [], .. user.Groups.Contains(UserIdentity.Authenticated) ? BasicRules : []]);

    // What upstream's system:basic-user and system:discovery grant to everyone who is known.
    private static bool IsBasic(UserIdentity user, AccessAttributes attributes) =>
        user.Groups.Contains(UserIdentity.Authenticated)
        && (attributes.Resource.Length == 0
            ? attributes.Verb is "get" or "head" && IsDiscovery(attributes.Path)
            : attributes.Verb == "create"
                && attributes.Resource is "selfsubjectaccessreviews" or "selfsubjectrulesreviews" or "selfsubjectreviews");

    private static bool IsDiscovery(string path) =>
        Under(path, "/api") || Under(path, "/apis") || Under(path, "/openapi") || Under(path, "/version")
        || Under(path, "/healthz") || Under(path, "/livez") || Under(path, "/readyz");

    private static bool Under(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/');
}
