using System.Globalization;
using Grainhouse.HostAgent.Cluster;
using Grainhouse.HostAgent.Hosting;
using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes.Simulated;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent;

/// <summary>Runs many simulated nodes in one process, each a whole agent with the same pod logic, over a connection of its own.</summary>
/// <remarks>
/// Each node has its own certificate, so each has its own connection; everything else that can be shared is: one timer, one
/// prober, no thread and no timer per pod. Nothing is kept on disk.
/// </remarks>
public sealed class SimulatedFleet : IAsyncDisposable
{
    private readonly SimulatedFleetOptions options;
    private readonly TimeProvider time;
    private readonly ILoggerFactory loggers;
    private readonly CancellationTokenSource stop = new();
    private readonly WakeQueue wakes;
    private readonly Prober prober;
    private readonly List<HostNode> nodes = [];
    private readonly Task running;

    private SimulatedFleet(SimulatedFleetOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        this.options = options;
        this.time = time;
        this.loggers = loggers;
        wakes = new WakeQueue(time);
        prober = new Prober(time);
        running = RunAsync();
    }

    /// <summary>The names of the nodes, in the order in which they start.</summary>
    public IEnumerable<string> NodeNames => Enumerable.Range(1, options.Nodes).Select(NameOf);

    /// <summary>Starts a fleet. The nodes join and attach by and by, and go on trying where a gateway is away.</summary>
    public static SimulatedFleet Start(SimulatedFleetOptions options, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new SimulatedFleet(options, time, loggers);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var node in nodes)
        {
            await node.DisposeAsync();
        }

        prober.Dispose();
        wakes.Dispose();
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        List<Task> tasks = [];
        try
        {
            for (var number = 1; number <= options.Nodes; number++)
            {
                tasks.Add(RunNodeAsync(number));
                await Task.Delay(options.StartInterval, time, stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped while starting.
        }

        await Task.WhenAll(tasks);
    }

    private async Task RunNodeAsync(int number)
    {
        var agent = OptionsOf(number);
        using var identity = AgentIdentity.InMemory();
        var runtime = new SimulatedRuntime(new SimulatedHost(time), options.Runtime with { AddressPrefix = (ushort)(0x0a40 + number) }, time);
        var address = string.Create(CultureInfo.InvariantCulture, $"100.{64 + (number >> 16)}.{(number >> 8) & 0xff}.{number & 0xff}");
        var tools = SimulatedTools.Of(runtime, agent, address, prober, wakes);
        var machine = SimulatedTools.MachineOf(agent.NodeName, options.CpuMillis, options.MemoryBytes);
        var node = new HostNode(agent, new RuntimeSet(tools, Process: null), machine, store: null, meter: null, time, loggers.CreateLogger<HostNode>());
        lock (nodes)
        {
            nodes.Add(node);
        }

        var connection = new AgentConnection(agent, node, identity, time, loggers.CreateLogger<AgentConnection>());
        await Task.WhenAll(node.RunAsync(stop.Token), connection.RunAsync(stop.Token)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private HostAgentOptions OptionsOf(int number)
    {
        Dictionary<string, string> labels = [];
        if (options.Zones > 0)
        {
            labels["topology.kubernetes.io/zone"] = string.Create(CultureInfo.InvariantCulture, $"zone-{number % options.Zones + 1}");
        }

        var first = number % options.Gateways.Count;
        return new HostAgentOptions
        {
            NodeName = NameOf(number),
            DataDirectory = "",
            Gateways = [.. options.Gateways.Skip(first), .. options.Gateways.Take(first)],
            JoinToken = options.JoinToken,
            AuthorityFile = options.AuthorityFile,
            AuthorityHash = options.AuthorityHash,
            Runtime = RuntimeChoice.Simulated,
            Labels = labels,
            CpuMillis = options.CpuMillis,
            MemoryBytes = options.MemoryBytes,
            MaxPods = options.MaxPods,
            KeepDirectives = false,
        };
    }

    private string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"{options.NamePrefix}{number:D4}");
}
