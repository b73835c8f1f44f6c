namespace Grainhouse.Cli.Hosting;

/// <summary>What a silo in this process is told.</summary>
internal sealed record LocalSiloSettings(string DataDirectory, int Port, string Kubeconfig, int? History, string? Database);
