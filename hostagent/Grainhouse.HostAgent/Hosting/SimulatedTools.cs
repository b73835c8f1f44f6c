using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes.Simulated;

namespace Grainhouse.HostAgent.Hosting;

/// <summary>A simulated host: no files, and no process.</summary>
internal static class SimulatedTools
{
    /// <summary>What a simulated machine says of itself.</summary>
    public static MachineFacts MachineOf(string name, long cpuMillis, long memoryBytes) =>
        new(cpuMillis, memoryBytes, 100L << 30, "Simulated", "simulated", name, name);

    /// <summary>The tools of its pods.</summary>
    public static PodTools Of(SimulatedRuntime runtime, HostAgentOptions options, string address, Prober prober, WakeQueue wakes) => new(
        new NodeFacts
        {
            NodeName = options.NodeName,
            Address = address,
            Runtime = runtime.Name,
            UsesImages = runtime.UsesImages,
            HasFiles = false,
            CpuMillis = options.CpuMillis ?? 0,
            MemoryBytes = options.MemoryBytes ?? 0,
        },
        runtime,
        Volumes: null,
        prober,
        wakes);
}
