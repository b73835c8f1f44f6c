using System.Collections.Immutable;

namespace Grainhouse.Gateway.Security;

/// <summary>Who makes a request.</summary>
/// <param name="Name">The user's name, as in <c>kubernetes-admin</c>.</param>
/// <param name="Groups">The user's groups; everyone who is known is in <c>system:authenticated</c>.</param>
public sealed record UserIdentity(string Name, ImmutableArray<string> Groups)
{
    /// <summary>The group of everyone who is known.</summary>
    public const string Authenticated = "system:authenticated";

    /// <summary>Someone who showed nothing.</summary>
    public static UserIdentity Anonymous { get; } = new("system:anonymous", ["system:unauthenticated"]);

    /// <summary>Whether the user may do everything.</summary>
    public bool IsMaster { get; } = Groups.Contains(ClusterAuthority.Masters);

    /// <summary>The node whose agent this is; null for anyone else.</summary>
    public string? Node { get; } = Groups.Contains(ClusterAuthority.Nodes) && Name.StartsWith(ClusterAuthority.NodeUserPrefix, StringComparison.Ordinal)
        ? Name[ClusterAuthority.NodeUserPrefix.Length..]
        : null;
}
