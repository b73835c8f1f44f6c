namespace Grainhouse.Cli.Hosting;

/// <summary>What an agent in this process is told.</summary>
internal sealed record LocalAgentSettings
{
    public required string DataDirectory { get; init; }

    public required Uri Gateway { get; init; }

    /// <summary>Needed until the agent has a certificate.</summary>
    public string? JoinToken { get; init; }

    /// <summary>The certificate of the cluster's authority, PEM or DER; needed until the agent has joined, unless its hash is given.</summary>
    public string? AuthorityFile { get; init; }

    public string? AuthorityHash { get; init; }

    public string? NodeName { get; init; }

    public required string Runtime { get; init; }
}
