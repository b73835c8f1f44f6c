using System.Collections.Immutable;

namespace Grainhouse.Gateway.Discovery;

/// <summary>A resource that only answers POST and stores nothing.</summary>
/// <param name="Group">The API group; the version is v1.</param>
/// <param name="Kind">As in <c>SelfSubjectAccessReview</c>.</param>
/// <param name="Plural">As in <c>selfsubjectaccessreviews</c>.</param>
/// <param name="Namespaced">Whether its path has a namespace.</param>
internal sealed record VirtualResource(string Group, string Kind, string Plural, bool Namespaced)
{
    /// <summary>As in <c>authorization.k8s.io/v1</c>.</summary>
    public string ApiVersion => Group.Length == 0 ? "v1" : Group + "/v1";
}

/// <summary>All resources that only answer POST.</summary>
internal static class VirtualResources
{
    private const string Authorization = "authorization.k8s.io";
    private const string Authentication = "authentication.k8s.io";

    /// <summary>Gives the pod that it names a node, as <c>pods/NAME/binding</c> does.</summary>
    public static VirtualResource Binding { get; } = new("", "Binding", "bindings", true);

    /// <summary>May I do this?</summary>
    public static VirtualResource SelfSubjectAccessReview { get; } = new(Authorization, "SelfSubjectAccessReview", "selfsubjectaccessreviews", false);

    /// <summary>What may I do?</summary>
    public static VirtualResource SelfSubjectRulesReview { get; } = new(Authorization, "SelfSubjectRulesReview", "selfsubjectrulesreviews", false);

    /// <summary>May somebody do this?</summary>
    public static VirtualResource SubjectAccessReview { get; } = new(Authorization, "SubjectAccessReview", "subjectaccessreviews", false);

    /// <summary>May somebody do this in a namespace?</summary>
    public static VirtualResource LocalSubjectAccessReview { get; } = new(Authorization, "LocalSubjectAccessReview", "localsubjectaccessreviews", true);

    /// <summary>Who am I?</summary>
    public static VirtualResource SelfSubjectReview { get; } = new(Authentication, "SelfSubjectReview", "selfsubjectreviews", false);

    /// <summary>Who has this token?</summary>
    public static VirtualResource TokenReview { get; } = new(Authentication, "TokenReview", "tokenreviews", false);

    /// <summary>All of them.</summary>
    public static ImmutableArray<VirtualResource> All { get; } =
        [Binding, SelfSubjectReview, TokenReview, LocalSubjectAccessReview, SelfSubjectAccessReview, SelfSubjectRulesReview, SubjectAccessReview];

    /// <summary>Finds one by the parts of a path; null if there is none.</summary>
    public static VirtualResource? Find(string group, string version, string plural) =>
        version == "v1" ? All.FirstOrDefault(resource => resource.Group == group && resource.Plural == plural) : null;
}
