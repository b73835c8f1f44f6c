using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Runtimes.Docker;
using Grainhouse.HostAgent.Runtimes.Hosts;
using Grainhouse.HostAgent.Volumes;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Hosting;

/// <summary>Makes the runtimes that the options ask for.</summary>
internal sealed class RuntimeFactory(HostAgentOptions options, MachineFacts machine, WakeQueue wakes, Prober prober, TimeProvider time, ILoggerFactory loggers)
{
    private string Address => options.NodeAddress ?? HostAddress.FindPrimary();

    /// <summary>The node's runtimes.</summary>
    public async Task<RuntimeSet> CreateAsync(CancellationToken cancellationToken)
    {
        var docker = Docker();
        if (options.Runtime == RuntimeChoice.Auto)
        {
            await docker.GetVersionAsync(cancellationToken);
        }

        return new RuntimeSet(Tools(docker), Process: null);
    }

    private DockerRuntime Docker() => new(
        new DockerRuntimeOptions { InstanceScope = options.NodeName, HostAddress = Address },
        time,
        loggers.CreateLogger<DockerRuntime>());

    private PodTools Tools<TRuntime>(TRuntime runtime)
        where TRuntime : IContainerRuntime
    {
        var pods = Path.GetFullPath(Path.Combine(options.DataDirectory, "pods"));
        var facts = new NodeFacts
        {
            NodeName = options.NodeName,
            Address = Address,
            Runtime = runtime.Name,
            UsesImages = runtime.UsesImages,
            SharesHostNetwork = !runtime.UsesImages,
            PodsDirectory = pods,
            CpuMillis = options.CpuMillis ?? machine.CpuMillis,
            MemoryBytes = options.MemoryBytes ?? machine.MemoryBytes,
        };
        return new PodTools(facts, runtime, new VolumeWriter(pods, new MemoryMounts(loggers.CreateLogger<MemoryMounts>())), prober, wakes);
    }
}
