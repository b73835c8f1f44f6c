using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes.Simulated;

namespace Grainhouse.HostAgent.Hosting;

/// <summary>The tools of pods on a simulated host: no files, and no process.</summary>
internal static class SimulatedTools
{
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
