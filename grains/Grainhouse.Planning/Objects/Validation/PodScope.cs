using System.Text.Json.Nodes;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Objects.Validation;

/// <summary>What the parts of one pod spec have in common: names that are taken, volumes that are there.</summary>
internal sealed class PodScope
{
    private readonly HashSet<string> containers = new(StringComparer.Ordinal);
    private readonly HashSet<string> volumes = new(StringComparer.Ordinal);
    private HashSet<string>? hostPorts;

    public PodScope(JsonObject spec)
    {
        HostNetwork = spec.Flag("hostNetwork");
        NeedsImage = spec.Text("runtimeClassName") != "process";
    }

    public bool HostNetwork { get; }

    /// <summary>Workloads of the process runtime are programs of the host: they have no image.</summary>
    public bool NeedsImage { get; }

    /// <summary>The names of all containers so far.</summary>
    public IReadOnlySet<string> Containers => containers;

    public bool AddContainer(string name) => containers.Add(name);

    public bool AddVolume(string name) => volumes.Add(name);

    public bool HasVolume(string name) => volumes.Contains(name);

    public bool AddHostPort(string use) => (hostPorts ??= new(StringComparer.Ordinal)).Add(use);
}
