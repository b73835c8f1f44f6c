using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Runtimes.Docker;
using Grainhouse.HostAgent.Runtimes.Hosts;
using Grainhouse.HostAgent.Runtimes.Simulated;
using Grainhouse.HostAgent.Volumes;
using Grainhouse.Interfaces.Agents;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Hosting;

/// <summary>Makes the runtimes that the options ask for.</summary>
internal sealed class RuntimeFactory(HostAgentOptions options, MachineFacts machine, WakeQueue wakes, Prober prober, TimeProvider time, ILoggerFactory loggers)
{
    private string Address => options.NodeAddress ?? HostAddress.Find().ToString();

    /// <summary>The node's runtimes. Processes can always be run; what runs the other pods is asked for or found out.</summary>
    /// <exception cref="RuntimeException">Docker was asked for, and no engine answers.</exception>
    public async Task<RuntimeSet> CreateAsync(CancellationToken cancellationToken)
    {
        var process = Tools(HostRuntimes.Process(options, Address, time, loggers));
        if (options.Runtime is RuntimeChoice.Process)
        {
            return new RuntimeSet(process, Process: null);
        }

        if (options.Runtime is RuntimeChoice.Simulated)
        {
            var simulated = new SimulatedRuntime(new SimulatedHost(time), options.Simulation, time);
            return new RuntimeSet(SimulatedTools.Of(simulated, options, Address, prober, wakes), Process: null);
        }

        var docker = HostRuntimes.Docker(options, Address, time, loggers);
        if (options.Runtime is RuntimeChoice.Docker || await AnswersAsync(docker, cancellationToken))
        {
            return new RuntimeSet(Tools(docker), process);
        }

        await docker.DisposeAsync();
        return new RuntimeSet(process, Process: null);
    }

    private static async Task<bool> AnswersAsync(DockerRuntime docker, CancellationToken cancellationToken)
    {
        try
        {
            await docker.GetVersionAsync(cancellationToken);
            return true;
        }
        catch (RuntimeException error) when (error.Kind is RuntimeErrorKind.Unavailable)
        {
            return false;
        }
    }

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
