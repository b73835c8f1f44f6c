using Grainhouse.Planning.Admission;

namespace Grainhouse.Planning.Objects;

/// <summary>What the rules may not find out themselves, because a plan must replay.</summary>
/// <param name="Now">The time of the request; kept in whole seconds, as Kubernetes does.</param>
/// <param name="NewUid">A fresh uid, used if an object is created.</param>
public sealed record RuleContext(DateTimeOffset Now, string NewUid)
{
    /// <summary>What the object's namespace asks of it.</summary>
    public NamespacePolicies Policies { get; init; } = NamespacePolicies.None;
}
