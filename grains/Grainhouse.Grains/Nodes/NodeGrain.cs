using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Grainhouse.Grains.Events;
using Grainhouse.Grains.Members;
using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace Grainhouse.Grains.Nodes;

/// <summary>One node: its ledger, its agent's session and its life signs. Key: the node's name.</summary>
/// <remarks>
/// Only the ledger's fence is durable of its own; everything else is read from the cache or learnt from the agent. Calls
/// interleave, so that a slow commit of one report holds up neither directives nor bindingss; each part keeps its own order.
/// </remarks>
[GrainType(ReconcilerGrains.Node), KeepAlive]
internal sealed partial class NodeGrain(
    IObjectCache cache,
    IObjectStore store,
    PlanExecutor executor,
    EventRecorder events,
    ClusterMembers members,
    GrainOptions options,
    TimeProvider clock,
    ILogger<NodeGrain> logger) : Grain, INodeGrain, IReconcilerGrain
{
    private string name = "";
    private NodeDirectives directives = null!;
    private NodeReports reports = null!;
    private NodeBindings bindings = null!;
    private NodeLife life = null!;
    private AgentSession? session;
    private Heartbeat? usage;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        name = this.GetPrimaryKeyString();
        directives = new NodeDirectives(name, cache, members, options);
        reports = new NodeReports(name, GrainFactory, executor, events, clock);
        bindings = new NodeBindings(name, cache, store, GrainFactory, clock);

        life = new NodeLife(name, cache, executor, options, clock);
        await bindings.LoadAsync(cancellationToken);
        this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(options.HeartbeatInterval, options.HeartbeatInterval) { Interleave = true });
    }

    public async Task WakeAsync(long revision)
    {
        await cache.WaitForAsync(revision);
        if (session is { } attached)
        {
            directives.SendChanges(attached);
        }

        await bindings.RefreshAsync();
        await TickAsync();
    }

    public async IAsyncEnumerable<Immutable<NodeDirective>> AttachAsync(
        Immutable<Hello> hello,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        life.Heard();
        await cache.CatchUpAsync(cancellationToken);

        // From here to the snapshot nothing awaits: no wake can send a change before it.
        session?.Close();
        var mine = new AgentSession(hello.Value.Instance);
        session = mine;
        LogAttached(name, mine.Instance);
        directives.SendSnapshot(mine);
        try
        {
            // Not ReadAllAsync, which leaves the grain's turn while it waits.
            while (await mine.Directives.WaitToReadAsync(cancellationToken))
            {
                while (mine.Directives.TryRead(out var directive))
                {
                    yield return directive.AsImmutable();
                }
            }
        }
        finally
        {
            LogDetached(name, mine.Instance);
            if (session == mine)
            {
                session = null;
            }
        }
    }

    public async Task ReportAsync(string instance, Immutable<AgentReport> report)
    {
        if (session is not { } attached || attached.Instance != instance)
        {
            return;
        }

        bool taken;
        using (life.Hearing())
        {
            taken = await TakeAsync(attached, report.Value);
        }

        if (taken)
        {
            attached.Send(new NodeDirective { Ack = report.Value.Sequence });
            return;
        }

        // An acknowledgement stands for all reports before it, so none may follow this one: the agent attaches again and
        // reports everything.
        attached.Close();
    }

    public Task<ImmutableArray<PodVerdict>> AdmitAsync(ImmutableArray<PodClaim> claims) => bindings.AdmitAsync(claims);

    public Task<bool> OpenTunnelAsync(Immutable<TunnelRequest> request) =>
        Task.FromResult(session?.Send(new NodeDirective { Tunnel = request.Value }) ?? false);

    public Task<DateTimeOffset?> GetLastHeardAsync() => Task.FromResult(life.HeardAt);

    public Task<Immutable<Heartbeat>?> GetUsageAsync() => Task.FromResult(usage?.AsImmutable());

    private async Task<bool> TakeAsync(AgentSession attached, AgentReport report)
    {
        switch (report.ReportCase)
        {
            case AgentReport.ReportOneofCase.Heartbeat:
                usage = report.Heartbeat;
                return true;
            case AgentReport.ReportOneofCase.Node:
                life.Take(report.Node);
                await life.JudgeAsync();
                return true;
            case AgentReport.ReportOneofCase.Pods:
                if (report.Pods.Complete)
                {
                    directives.SendMissing(attached, report.Pods.Pods.Select(pod => pod.Uid));
                }

                return await reports.TakePodsAsync(report.Pods);
            case AgentReport.ReportOneofCase.Events:
                reports.TakeEvents(report.Events);
                return true;
            default:
                return true;
        }
    }

    private Task TickAsync() => life.Look() ? life.JudgeAsync() : Task.CompletedTask;

    [LoggerMessage(2401, LogLevel.Information, "The agent of node {Node} attached (instance {Instance})")]
    private partial void LogAttached(string node, string instance);

    [LoggerMessage(2402, LogLevel.Information, "The agent of node {Node} detached (instance {Instance})")]
    private partial void LogDetached(string node, string instance);
}
