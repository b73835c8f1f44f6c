using Grainhouse.HostAgent;
using Grainhouse.HostAgent.Cluster;
using Grainhouse.HostAgent.Hosting;
using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes.Simulated;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Simulation.Actors;
using Grainhouse.Simulation.Engine;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.Simulation.Agents;

/// <summary>One life of a host's agent: the real node, its pods and its sessions, on the loop's thread; only the connection is a double.</summary>
internal sealed class SimulatedAgent(EventLoop loop, Network network, SimulatedCluster cluster, SimulatedMachine machine)
    : Process(loop, $"agent {machine.Name}")
{
    private const long MemoryBytes = 16L << 30;

    private static readonly TimeSpan HeldForAWhile = TimeSpan.FromSeconds(5);

    private readonly Random random = cluster.Chance.NewRandom();

    /// <summary>Starts it: it finds what runs, and dials until it is attached.</summary>
    public void Start() => Run(() =>
    {
        var options = new HostAgentOptions
        {
            NodeName = machine.Name,
            DataDirectory = "",
            Gateways = [.. cluster.Names.Select(name => new Uri($"https://{name}"))],
            HeartbeatInterval = TimeSpan.FromSeconds(1),
            CpuMillis = machine.CpuMillis,
            MemoryBytes = MemoryBytes,
            KeepDirectives = false,
        };
        var runtime = new SimulatedRuntime(machine.Host, RuntimeOptions(), Clock);
        var tools = SimulatedTools.Of(runtime, options, "10.0.0.1", new Prober(Clock), new WakeQueue(Clock)) with
        {
            Runtime = cluster.Flaws.Agents.Look(runtime),
            Schedule = worker => Post(static worker => ((IThreadPoolWorkItem)worker!).Execute(), worker),
        };
        var facts = SimulatedTools.MachineOf(machine.Name, machine.CpuMillis, MemoryBytes);
        var node = new HostNode(options, new RuntimeSet(tools, Process: null), facts, store: null, meter: null, Clock, NullLogger<HostNode>.Instance);
        _ = node.RunAsync(CancellationToken.None);
        _ = AttachAsync(node, options);
    });

    private static SimulatedRuntimeOptions RuntimeOptions() => new()
    {
        AllImagesPresent = true,
        SandboxLatency = TimeSpan.FromMilliseconds(120),
        StartLatency = TimeSpan.FromMilliseconds(200),
        StopLatency = TimeSpan.FromMilliseconds(400),
    };

    // What AgentConnection does over TLS.
    private async Task AttachAsync(HostNode node, HostAgentOptions options)
    {
        var gateways = new GatewayList(options.Gateways);
        var failures = 0;
        while (true)
        {
            var began = Clock.GetUtcNow();
            try
            {
                var link = new AgentLink(network, cluster, machine, Dial(gateways.Current), this);
                var hello = new Hello { NodeName = machine.Name, AgentVersion = "simulated", Protocol = 1, Instance = cluster.Chance.NewUid().ToString("N") };
                await new AttachSession(node, hello, link.Call, static _ => { }, gateways.Take, options.HeartbeatInterval, Clock).RunAsync(CancellationToken.None);
            }
            catch (RpcException)
            {
                gateways.Next();
            }

            failures = Clock.GetUtcNow() - began > HeldForAWhile ? 1 : failures + 1;
            await Task.Delay(Reconnection.Delay(gateways.Current, gateways.RoundOf(failures), random), Clock);
        }
    }

    private SimulatedSilo Dial(Uri gateway) =>
        !machine.IsCut && cluster.Silos.FirstOrDefault(silo => silo.Name == gateway.Authority) is { } door
            ? door
            : throw new RpcException(new Status(StatusCode.Unavailable, $"{gateway} cannot be reached"));
}
