using System.Collections.Immutable;
using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Nodes;

namespace Grainhouse.Grains.Nodes;

/// <summary>Keeps a node's object as its agent reports it, and notices when the agent falls silent.</summary>
internal sealed class NodeLife(string node, IObjectCache cache, PlanExecutor executor, GrainOptions options, TimeProvider clock)
{
    private readonly ObjectKey key = ResourceCatalog.Nodes.Key(null, node);
    private readonly ObjectKey leaseKey = NodeLeases.Key(node);

    // Silence is counted from the activation: it does not know what its predecessor heard.
    private SilenceClock silence = SilenceClock.Start(clock.GetUtcNow(), options.HeartbeatInterval);
    private DateTimeOffset? orphanedSince;
    private int hearing;
    private NodeSelfReport? report;
    private DateTimeOffset? due;
    private long ownRevision;
    private long? judged = -1;
    private bool judgedSilent;
    private bool judging;
    private bool again;

    /// <summary>When the agent last gave a sign of life; null if it has not yet.</summary>
    public DateTimeOffset? HeardAt { get; private set; }

    /// <summary>The agent gave a sign of life.</summary>
    public void Heard()
    {
        HeardAt = clock.GetUtcNow();
        silence = silence.Heard(HeardAt.Value);
    }

    /// <summary>A report is being taken until this is disposed: a store that is slow to commit it does not make its sender silent.</summary>
    public IDisposable Hearing()
    {
        Heard();
        hearing++;
        return new Report(this);
    }

    /// <summary>Takes what the agent says of its node.</summary>
    public void Take(NodeReport reported) =>
        report = NodeSelfReport.Read(reported.Status.Span, reported.Labels.ToImmutableSortedDictionary(StringComparer.Ordinal));

    private DateTimeOffset LastHeard => hearing > 0 ? clock.GetUtcNow() : silence.HeardAt;

    /// <summary>Looks whether there is a reason to judge: the Node changed, the last judgement asked for it, the agent fell silent or spoke again, or something of the node's is missing.</summary>
    public bool Look()
    {
        var now = clock.GetUtcNow();
        silence = silence.Looked(now);
        var seen = cache.Get(key);
        return now >= due
            || (now >= LastHeard + options.NodeLease) != judgedSilent
            || seen?.Revision != judged
            || (seen is null ? orphanedSince is null && !cache.PodsOnNode(node).IsEmpty : !judgedSilent && report is not null && cache.Get(leaseKey) is null);
    }

    /// <summary>Whether the node drives pods out, as the cache shows it: one that is bound here only now may have to go at once.</summary>
    public bool Evicts => cache.Get(key) is { } seen && NodeView.Of(seen).Evicts;

    /// <summary>Judges the node, and does what that asks for. Returns when it is durable.</summary>
    public async Task JudgeAsync()
    {
        again = true;
        if (judging)
        {
            return;
        }

        judging = true;
        try
        {
            while (again)
            {
                again = false;
                await JudgeOnceAsync();
            }
        }
        finally
        {
            judging = false;
        }
    }

    private async Task JudgeOnceAsync()
    {
        await cache.WaitForAsync(ownRevision);
        var (seen, now) = (cache.Get(key), clock.GetUtcNow());
        judged = seen?.Revision;
        judgedSilent = now >= LastHeard + options.NodeLease;
        orphanedSince = seen is null && !cache.PodsOnNode(node).IsEmpty ? orphanedSince ?? now : null;
        var input = NodeInput.Gather(cache, node, report, LastHeard, options.NodeLease, now) with { OrphanedSince = orphanedSince };
        var plan = NodeReconciler.Decide(input);

        // Due until it is done: a call that fails on its way would else be the last one, and a lost node count as ready for ever.
        due = now;
        var done = await executor.CarryOutAsync(plan);
        ownRevision = Math.Max(ownRevision, done.Revision);
        due = done.Retry ? clock.GetUtcNow() : plan.WakeAt;
    }

    private sealed class Report(NodeLife life) : IDisposable
    {
        public void Dispose()
        {
            life.hearing--;
            life.Heard();
        }
    }
}
