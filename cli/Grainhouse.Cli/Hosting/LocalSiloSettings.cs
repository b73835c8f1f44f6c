using System.Net;

namespace Grainhouse.Cli.Hosting;

/// <summary>What a silo in this process is told.</summary>
internal sealed record LocalSiloSettings(string DataDirectory, int Port, string Kubeconfig, int? History, string? Database)
{
    /// <summary>The address that other silos dial; null to find one.</summary>
    public IPAddress? SiloAddress { get; init; }

    /// <summary>The port that other silos dial; null for any free one.</summary>
    public int? SiloPort { get; init; }

    /// <summary>Further names and addresses by which clients know this silo.</summary>
    public IReadOnlyList<string> Advertised { get; init; } = [];
}
