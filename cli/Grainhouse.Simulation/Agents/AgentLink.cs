using System.Threading.Channels;
using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Simulation.Actors;
using Grainhouse.Simulation.Engine;
using Grpc.Core;
using Orleans;
using Orleans.Concurrency;
using Orleans.Runtime;

namespace Grainhouse.Simulation.Agents;

/// <summary>One Attach stream between an agent and a gateway: in order and without loss until it breaks, as TCP is.</summary>
internal sealed class AgentLink : IClientStreamWriter<AgentReport>, IAsyncStreamReader<NodeDirective>
{
    // How often either end looks whether the other is there, and after how many looks in vain it gives up: HTTP/2 pings take 5 s.
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);
    private const int MostMissed = 5;

    private readonly Network network;
    private readonly SimulatedCluster cluster;
    private readonly SimulatedMachine machine;
    private readonly SimulatedSilo door;
    private readonly SimulatedAgent agent;
    private readonly GrainId node;
    private readonly Queue<AgentReport> reports = new();
    private readonly Channel<NodeDirective> directives = Channel.CreateUnbounded<NodeDirective>();
    private Activation? activation;
    private Hello? hello;
    private Action cancel = static () => { };
    private TimeSpan lastDown;
    private TimeSpan lastUp;
    private int missed;
    private bool broken;
    private bool begun;
    private bool isPassing;

    public AgentLink(Network network, SimulatedCluster cluster, SimulatedMachine machine, SimulatedSilo door, SimulatedAgent agent)
    {
        (this.network, this.cluster, this.machine, this.door, this.agent) = (network, cluster, machine, door, agent);
        node = GrainId.Create(ReconcilerGrains.Node, machine.Name);
        network.Carry(LookInterval, Watch);
    }

    /// <summary>The call as the agent holds it.</summary>
    public AsyncDuplexStreamingCall<AgentReport, NodeDirective> Call =>
        new(this, this, Task.FromResult(new Metadata()), static () => Status.DefaultSuccess, static () => [], Break);

    public Grpc.Core.WriteOptions? WriteOptions { get; set; }

    public NodeDirective Current { get; private set; } = new();

    public Task CompleteAsync() => Task.CompletedTask;

    public Task WriteAsync(AgentReport message) => WriteAsync(message, CancellationToken.None);

    public Task WriteAsync(AgentReport message, CancellationToken cancellationToken)
    {
        if (broken)
        {
            return Task.FromException(Lost());
        }

        Carry(ref lastUp, () => door.Run(() => Take(message)));
        return Task.CompletedTask;
    }

    public async Task<bool> MoveNext(CancellationToken cancellationToken)
    {
        if (!await directives.Reader.WaitToReadAsync(cancellationToken) || !directives.Reader.TryRead(out var next))
        {
            return false;
        }

        Current = next;
        if (cluster.Flaws.Agents.Ignores(Current))
        {
            Current = new NodeDirective { Sequence = Current.Sequence, Changes = new Changes() };
        }

        return true;
    }

    private static RpcException Lost() => new(new Status(StatusCode.Unavailable, "the simulated stream is broken"));

    private void Break()
    {
        if (broken)
        {
            return;
        }

        broken = true;
        if (activation is { IsAlive: true } grain)
        {
            // A frozen one cancels when it thaws, what there is then: the call may have ended meanwhile.
            grain.Run(() => cancel());
        }

        network.Carry(network.Latency(), () => agent.Run(() => directives.Writer.TryComplete(Lost())));
    }

    // As the gateway does: the hello first, then one report after the other once the grain's session exists.
    private void Take(AgentReport report)
    {
        if (report.Hello is { } greeting)
        {
            hello = greeting;
            Attach();
            return;
        }

        reports.Enqueue(report);
        _ = PassReportsAsync();
    }

    private void Attach()
    {
        activation = cluster.Find(node);
        if (activation is null)
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
            await foreach (var directive in ((INodeGrain)grain).AttachAsync(hello!.AsImmutable(), end.Token))
            {
                var told = directive.Value;
                Carry(ref lastDown, () => Pass(told));
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

    private void Pass(NodeDirective directive)
    {
        agent.Run(() => directives.Writer.TryWrite(directive));
        if (!begun)
        {
            begun = true;
            door.Run(() => _ = PassReportsAsync());
        }
    }

    // What fails ends the stream.
    private async Task PassReportsAsync()
    {
        if (isPassing || !begun)
        {
            return;
        }

        isPassing = true;
        try
        {
            while (!broken && reports.TryDequeue(out var report))
            {
                await door.GrainFactory.GetGrain<INodeGrain>(machine.Name).ReportAsync(hello!.Instance, report.AsImmutable());
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
        missed = machine.IsCut || door.IsFrozen || agent.IsFrozen ? missed + 1 : 0;
        if (missed == MostMissed || !door.IsAlive || !agent.IsAlive || activation is { IsAlive: false } or { IsLeaving: true } or { IsGivenUp: true })
        {
            Break();
        }

        if (!broken)
        {
            network.Carry(LookInterval, Watch);
        }
    }

    private void Carry(ref TimeSpan last, Action arrive)
    {
        // A later message never overtakes an earlier one: it arrives at the same time or after it.
        var at = network.Elapsed + network.Latency();
        last = at > last ? at : last;
        network.Carry(last - network.Elapsed, () =>
        {
            if (machine.IsCut || !door.IsAlive)
            {
                // A stream that has lost something is over: nothing later may arrive in its place.
                Break();
            }
            else if (!broken)
            {
                arrive();
            }
        });
    }
}
