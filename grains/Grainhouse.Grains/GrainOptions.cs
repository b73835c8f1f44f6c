namespace Grainhouse.Grains;

/// <summary>What grains need to know of their cluster.</summary>
public sealed record GrainOptions
{
    /// <summary>Silence after which a node counts as lost.</summary>
    public TimeSpan NodeLease { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time between heartbeats of an agent.</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The cluster's authority as PEM, for the <c>kube-root-ca.crt</c> config map of every namespace; empty for none.</summary>
    public string AuthorityPem { get; init; } = "";
}
