using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Simulation.Actors;
using Grainhouse.Simulation.Engine;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Grainhouse.Simulation.Agents;

/// <summary>One stream between an agent and a gateway: in order and without loss until it breaks, as TCP is.</summary>
internal sealed class AgentLink(Network network, SimulatedCluster cluster, SimulatedMachine machine, SimulatedSilo door, SimulatedAgent agent)
{
    // How soon either end notices that the other is out of reach, and how often that is looked for here.
    private static readonly TimeSpan Notice = TimeSpan.FromSeconds(1);

    private readonly Queue<AgentReport> reports = new();
    private readonly GrainId node = GrainId.Create(ReconcilerGrains.Node, machine.Name);
    private Activation? activation;
    private Action<NodeDirective> take = static _ => { };
    private Hello hello = new();
    private Action cancel = static () => { };
    private TimeSpan lastDown;
    private TimeSpan lastUp;
    private bool broken;
    private bool isPassing;

    /// <summary>Whether the agent knows that it is over.</summary>
    public bool IsOver { get; private set; }

    /// <summary>Says hello; directives come from then on.</summary>
    public void Open(Hello greeting, Action<NodeDirective> onDirective)
    {
        (hello, take) = (greeting, onDirective);
        network.Carry(network.Latency(), Attach);
        network.Carry(Notice, Watch);
    }

    /// <summary>Sends a report.</summary>
    public void Up(AgentReport report) => Carry(ref lastUp, () =>
    {
        reports.Enqueue(report);
        door.Run(() => _ = PassReportsAsync());
    });

    /// <summary>Ends it; the agent notices soon.</summary>
    public void Break()
    {
        if (broken)
        {
            return;
        }

        broken = true;
        if (activation is { IsAlive: true } grain)
        {
            grain.Run(cancel);
        }

        network.Carry(network.Latency(), () => IsOver = true);
    }

    private void Attach()
    {
        activation = cluster.Find(node);
        if (activation is null || machine.IsCut)
        {
            Break();
            return;
        }

        var request = new GrainCall<bool>(node, interleaves: true, PumpAsync, static answer => answer());
        activation.Run(() => activation.Receive(request));
    }

    private async Task<bool> PumpAsync(Grain grain)
    {
        using var end = new CancellationTokenSource();
        cancel = () => end.Cancel();
        try
        {
            await foreach (var directive in ((INodeGrain)grain).AttachAsync(hello.AsImmutable(), end.Token))
            {
                var told = directive.Value;
                Carry(ref lastDown, () => agent.Run(() => take(told)));
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            cancel = static () => { };
            Break();
        }

        return true;
    }

    // As the gateway does: one report after the other, and what fails ends the stream.
    private async Task PassReportsAsync()
    {
        if (isPassing)
        {
            return;
        }

        isPassing = true;
        try
        {
            while (!broken && reports.TryDequeue(out var report))
            {
                await door.GrainFactory.GetGrain<INodeGrain>(machine.Name).ReportAsync(hello.Instance, report.AsImmutable());
            }
        }
        catch (Exception error) when (error is OrleansException or TimeoutException or Interfaces.Storage.StoreUnavailableException)
        {
            Break();
        }

        isPassing = false;
    }

    private void Watch()
    {
        if (machine.IsCut || !door.IsAlive || !agent.IsAlive || activation is { IsAlive: false })
        {
            Break();
        }

        if (!broken)
        {
            network.Carry(Notice, Watch);
        }
    }

    private void Carry(ref TimeSpan last, Action arrive)
    {
        // A later message never overtakes an earlier one: it arrives at the same time or after it.
        var at = network.Elapsed + network.Latency();
        last = at > last ? at : last;
        network.Carry(last - network.Elapsed, () =>
        {
            if (!broken && !machine.IsCut && door.IsAlive)
            {
                arrive();
            }
        });
    }
}
