namespace Grainhouse.Cli.Commands;

/// <summary>What <c>up</c> was asked for.</summary>
internal sealed record UpSettings
{
    public required string DataDirectory { get; init; }

    public required int Port { get; init; }

    public required string Kubeconfig { get; init; }

    public required string Runtime { get; init; }

    public int? History { get; init; }

    public string? Database { get; init; }

    public IReadOnlyList<string> Files { get; init; } = [];
}
