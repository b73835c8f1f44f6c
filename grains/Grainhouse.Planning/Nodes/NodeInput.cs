using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Documents;
using Grainhouse.Planning.Scheduling;

namespace Grainhouse.Planning.Nodes;

/// <summary>What <see cref="NodeReconciler"/> decides from.</summary>
public sealed record NodeInput
{
    /// <summary>The node's name.</summary>
    public required string Name { get; init; }

    /// <summary>The Node object; null before the first report.</summary>
    public KubeObject? Node { get; init; }

    /// <summary>Since when pods are bound to the node though there is no Node object; null while that is not so.</summary>
    public DateTimeOffset? OrphanedSince { get; init; }

    /// <summary>Whether the node's Lease object exists.</summary>
    public bool HasLease { get; init; }

    /// <summary>The pods bound to the node.</summary>
    public ImmutableArray<KubeObject> Pods { get; init; } = [];

    /// <summary>The newest report of the agent; null if none has come since the node's grain was activated.</summary>
    public NodeSelfReport? Report { get; init; }

    /// <summary>When the agent was last heard of. At first the time of the grain's activation: a silo that starts blames no node for its own silence.</summary>
    public required DateTimeOffset LastHeard { get; init; }

    /// <summary>The silence after which a node counts as lost.</summary>
    public required TimeSpan Lease { get; init; }

    /// <summary>Whether every other node is lost too: then the fault is more likely here, and nothing is evicted for it.</summary>
    public bool OthersLost { get; init; }

    /// <summary>The time.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>Whether the agent has been silent for the lease.</summary>
    public bool Lost => Now >= LastHeard + Lease;

    /// <summary>Reads from the cache what a decision needs.</summary>
    public static NodeInput Gather(
        IObjectCache cache, string name, NodeSelfReport? report, DateTimeOffset lastHeard, TimeSpan lease, DateTimeOffset now)
    {
        var othersLost = true;
        foreach (var node in cache.List(ResourceCatalog.Nodes.QualifiedName).Items)
        {
            if (node.Key.Name != name && NodeView.Of(node).Ready)
            {
                othersLost = false;
                break;
            }
        }

        return new NodeInput
        {
            Name = name,
            Node = cache.Get(ResourceCatalog.Nodes.Key(null, name)),
            HasLease = cache.Get(NodeLeases.Key(name)) is not null,
            Pods = cache.PodsOnNode(name),
            Report = report,
            LastHeard = lastHeard,
            Lease = lease,
            OthersLost = othersLost,
            Now = now,
        };
    }
}

/// <summary>What others look at in a node, read once per revision.</summary>
public sealed class NodeView
{
    private static readonly Func<KubeObject, NodeView> Reader = node => new NodeView(node);

    private NodeView(KubeObject node)
    {
        var document = node.ToMutable();
        Ready = ConditionList.Find(document.Object("status").Array("conditions"), "Ready").Text("status") == "True";
        Evicts = (document.Object("spec").Array("taints") ?? []).Any(taint => (taint as JsonObject).Text("effect") == Taint.NoExecute);
    }

    /// <summary>Whether the Ready condition is True.</summary>
    public bool Ready { get; }

    /// <summary>Whether it has a taint that drives pods out.</summary>
    public bool Evicts { get; }

    /// <summary>The view of a node, made on first use.</summary>
    public static NodeView Of(KubeObject node) => node.View(Reader);
}
