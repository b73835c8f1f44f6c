using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Grainhouse.Grains.Events;
using Grainhouse.Grains.Members;
using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Nodes;
using Grainhouse.Planning.Pods;
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
    private Task lastReport = Task.CompletedTask;
    private Heartbeat? usage;
    private DateTimeOffset measuredAt;
    private ImmutableArray<KubeObject> looked;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        name = this.GetPrimaryKeyString();
        directives = new NodeDirectives(name, cache, members, options);
        reports = new NodeReports(name, cache, GrainFactory, executor, events, clock);
        bindings = new NodeBindings(name, cache, store, GrainFactory, clock);

        life = new NodeLife(name, cache, executor, options, clock);
        await bindings.LoadAsync(cancellationToken);
        this.RegisterGrainTimer(TickAsync, new GrainTimerCreationOptions(options.HeartbeatInterval, options.HeartbeatInterval) { Interleave = true });
    }

    public async Task WakeAsync(long revision)
    {
        await cache.WaitForAsync(revision);
        looked = default;
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

        // What came twice is known. What is missing went astray, to another activation or nowhere, and an acknowledgement of a
        // later one would stand for it: the agent attaches again and reports everything.
        if (report.Value.Sequence != attached.NextReport)
        {
            if (report.Value.Sequence > attached.NextReport)
            {
                attached.Close();
            }

            return;
        }

        attached.NextReport++;
        var mine = TakeAfterAsync(lastReport, attached, report.Value);
        lastReport = mine;
        await mine;
    }

    public Task<ImmutableArray<PodVerdict>> AdmitAsync(ImmutableArray<PodClaim> claims) => bindings.AdmitAsync(claims);

    public Task<bool> OpenTunnelAsync(Immutable<TunnelRequest> request) =>
        Task.FromResult(session?.Send(new NodeDirective { Tunnel = request.Value }) ?? false);

    public Task<DateTimeOffset?> GetLastHeardAsync() => Task.FromResult(life.HeardAt);

    public Task<Immutable<Heartbeat>?> GetUsageAsync() => Task.FromResult(session is null ? null : usage?.AsImmutable());

    // In turn, over sessions too: a report of an earlier one may still be on its way to its pods, and tried again there, when a
    // later one comes that says otherwise.
    private async Task TakeAfterAsync(Task before, AgentSession attached, AgentReport report)
    {
        using var hearing = life.Hearing();
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        var taken = false;
        try
        {
            taken = session == attached && await TakeAsync(attached, report);
        }
        finally
        {
            if (!taken)
            {
                // An acknowledgement stands for all reports before it, so none may follow this one: the agent attaches again
                // and reports everything. Its gateway does not always hear of a failure: the report may have come twice, and
                // the second have been answered at once.
                attached.Close();
            }
        }

        if (taken)
        {
            attached.Send(new NodeDirective { Ack = report.Sequence });
        }
    }

    private async Task<bool> TakeAsync(AgentSession attached, AgentReport report)
    {
        switch (report.ReportCase)
        {
            case AgentReport.ReportOneofCase.Heartbeat:
                var now = clock.GetUtcNow();
                UsageAverage.Smooth(report.Heartbeat, usage, now - measuredAt);
                (usage, measuredAt) = (report.Heartbeat, now);
                return true;
            case AgentReport.ReportOneofCase.Node:
                life.Take(report.Node);
                await life.JudgeAsync();
                return true;
            case AgentReport.ReportOneofCase.Pods:
                if (report.Pods.Complete)
                {
                    await cache.CatchUpAsync();
                    directives.SendMissing(attached, report.Pods.Pods.Select(pod => pod.Uid));
                }

                var began = cache.Revision;
                var taken = await reports.TakePodsAsync(report.Pods);
                if (taken && report.Pods.Complete)
                {
                    attached.ReportedAt = began;
                }

                return taken;
            case AgentReport.ReportOneofCase.Events:
                reports.TakeEvents(report.Events);
                return true;
            default:
                return true;
        }
    }

    /// <summary>Looks whether there is something to do: for the agent, the node and its ledger.</summary>
    /// <remarks>
    /// Not only when woken: the wake may have gone to a second activation, of which there can be one for a moment. An array that is
    /// the same says in one comparison that no pod has changed.
    /// </remarks>
    private async Task TickAsync()
    {
        var pods = cache.PodsOnNode(name);
        var isChanged = pods != looked;
        looked = pods;
        if (isChanged && session is { } attached)
        {
            directives.SendChanges(attached);
            AskAnew(attached, pods);
        }

        if (life.Look() || (isChanged && life.Evicts))
        {
            await life.JudgeAsync();
        }

        if (isChanged)
        {
            await bindings.RefreshAsync();
        }
    }

    // The agent has told how its pods are, and will not tell it again while nothing changes. If another activation, which did not
    // hear it, has since taken them out of service, only a new session brings them back: it begins with a complete report.
    private void AskAnew(AgentSession attached, ImmutableArray<KubeObject> pods)
    {
        if (attached.ReportedAt is { } reported && pods.Any(pod => pod.Revision > reported && PodLoss.IsMarked(pod)))
        {
            LogContradicted(name);
            attached.Close();
        }
    }

    [LoggerMessage(2401, LogLevel.Information, "The agent of node {Node} attached (instance {Instance})")]
    private partial void LogAttached(string node, string instance);

    [LoggerMessage(2403, LogLevel.Information, "Pods of node {Node} were marked as lost though its agent is attached; it is asked to attach again")]
    private partial void LogContradicted(string node);

    [LoggerMessage(2402, LogLevel.Information, "The agent of node {Node} detached (instance {Instance})")]
    private partial void LogDetached(string node, string instance);
}
