using System.Threading.Channels;
using Grainhouse.HostAgent;
using Grainhouse.HostAgent.Hosting;
using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Probes;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Runtimes.Simulated;
using Grainhouse.Simulation.Actors;
using Grainhouse.Simulation.Engine;
using Microsoft.Extensions.Logging.Abstractions;

namespace Grainhouse.Simulation.Agents;

/// <summary>One life of a host's agent: the real pods and their workers, on the loop's thread, and a session with the cluster.</summary>
internal sealed class SimulatedAgent(EventLoop loop, Network network, SimulatedCluster cluster, SimulatedMachine machine)
    : Process(loop, $"agent {machine.Name}")
{
    /// <summary>What a machine can carry.</summary>
    public const int CpuMillis = 4_000;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RedialInterval = TimeSpan.FromMilliseconds(700);

    private readonly string instance = cluster.Chance.NewUid().ToString("N");
    private EventWriter? events;
    private PodTools tools = null!;
    private NodePods pods = null!;
    private bool lookPlanned;

    /// <summary>Starts it: it finds what runs, and dials until it is attached.</summary>
    public void Start() => Run(() =>
    {
        var runtime = new SimulatedRuntime(machine.Host, RuntimeOptions(), Clock);
        var options = new HostAgentOptions { NodeName = machine.Name, DataDirectory = "", Gateways = [], CpuMillis = CpuMillis, MemoryBytes = 16L << 30 };
        tools = SimulatedTools.Of(runtime, options, "10.0.0.1", new Prober(Clock), new HostAgent.Pods.WakeQueue(Clock)) with
        {
            Schedule = worker => Post(static worker => ((IThreadPoolWorkItem)worker!).Execute(), worker),
        };
        var outbox = new ReportOutbox();
        pods = new NodePods(new RuntimeSet(tools, Process: null), outbox, Clock, NullLogger.Instance, CancellationToken.None)
        {
            OnObservationWanted = _ => PlanLook(),
        };
        if (!cluster.Flaws.Agents.NeverLooks)
        {
            pods.NoteFound(tools, machine.Host.List());
            events = new EventWriter(this);
            machine.Host.Subscribe(events);
            _ = LookAsync();
        }

        _ = AttachAsync(outbox);
    });

    /// <summary>Kills it.</summary>
    public void End()
    {
        Kill();
        if (events is not null)
        {
            machine.Host.Unsubscribe(events);
        }
    }

    private static SimulatedRuntimeOptions RuntimeOptions() => new()
    {
        AllImagesPresent = true,
        SandboxLatency = TimeSpan.FromMilliseconds(120),
        StartLatency = TimeSpan.FromMilliseconds(200),
        StopLatency = TimeSpan.FromMilliseconds(400),
    };

    private async Task AttachAsync(ReportOutbox outbox)
    {
        while (true)
        {
            if (!machine.IsCut && cluster.Silos.Count > 0)
            {
                var link = new AgentLink(network, cluster, machine, network.Choose(cluster.Silos), this);
                await new AgentSession(link, pods, outbox, tools, cluster.Flaws.Agents, machine.Name, instance, Clock).RunAsync();
            }

            await Task.Delay(RedialInterval, Clock);
        }
    }

    private async Task LookAsync()
    {
        while (true)
        {
            Look();
            await Task.Delay(LookInterval, Clock);
        }
    }

    private void PlanLook()
    {
        if (!lookPlanned)
        {
            lookPlanned = true;
            Post(_ => Look(), null);
        }
    }

    private void Look()
    {
        lookPlanned = false;
        pods.TakeListing(tools, machine.Host.List(), Clock.GetUtcNow());
    }

    private void Happened(RuntimeEvent happened)
    {
        if (pods.Find(happened.PodUid) is { } worker && happened.ContainerId.Length > 0)
        {
            worker.Look(happened.ContainerId);
        }
        else
        {
            PlanLook();
        }
    }

    private sealed class EventWriter(SimulatedAgent agent) : ChannelWriter<RuntimeEvent>
    {
        public override bool TryWrite(RuntimeEvent item)
        {
            agent.Post(_ => agent.Happened(item), null);
            return true;
        }

        public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) => ValueTask.FromResult(true);
    }
}
