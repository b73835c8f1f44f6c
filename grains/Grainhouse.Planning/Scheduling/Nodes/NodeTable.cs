using System.Collections.Immutable;
using Grainhouse.Planning.Scheduling.Filters;

namespace Grainhouse.Planning.Scheduling;

/// <summary>The scheduler's picture of all nodes, in slots. A slot lives as long as its node exists or pods name it.</summary>
internal sealed class NodeTable
{
    private static readonly NodeFacts Absent = new()
    {
        Name = "",
        Labels = ImmutableDictionary<string, string>.Empty,
        Taints = [],
        Unschedulable = false,
        Allocatable = Requests.None,
        AllocatablePods = 0,
        Images = [],
    };

    private readonly Dictionary<string, int> slotsByName = new(StringComparer.Ordinal);
    private readonly Stack<int> free = new();
    private NodeRow[] rows = new NodeRow[16];
    private NodeFacts[] facts = new NodeFacts[16];
    private NodeUse[] uses = new NodeUse[16];
    private string[] names = new string[16];

    /// <summary>All slots are below this.</summary>
    public int Slots { get; private set; }

    /// <summary>How many nodes exist.</summary>
    public int Count { get; private set; }

    public TaintSets TaintSets { get; } = new();

    public ImageIndex Images { get; } = new();

    /// <summary>The rows of all slots.</summary>
    public ReadOnlySpan<NodeRow> Rows => rows.AsSpan(0, Slots);

    public string Name(int slot) => names[slot];

    public NodeFacts Facts(int slot) => facts[slot];

    public NodeUse Use(int slot) => uses[slot];

    /// <summary>The slot of a name; a new one if there is none.</summary>
    public int Slot(string name)
    {
        if (slotsByName.TryGetValue(name, out var slot))
        {
            return slot;
        }

        if (!free.TryPop(out slot))
        {
            slot = Slots++;
            Grow();
        }

        slotsByName.Add(name, slot);
        names[slot] = name;
        rows[slot] = default;
        facts[slot] = Absent;
        uses[slot] = new NodeUse();
        return slot;
    }

    /// <summary>Takes a node's newest state. False: placement sees no difference.</summary>
    public bool Describe(int slot, NodeFacts node)
    {
        if (rows[slot].Present)
        {
            if (facts[slot].SameAs(node))
            {
                return false;
            }

            Images.Remove(slot, facts[slot]);
        }
        else
        {
            Count++;
        }

        facts[slot] = node;
        rows[slot].Describe(node);
        rows[slot].TaintSet = TaintSets.IndexOf(node.Taints);
        Images.Add(slot, node);
        return true;
    }

    /// <summary>Takes away a node. Its pods stay counted until they go. Returns its slot, or -1 if there was no such node.</summary>
    public int Remove(string name)
    {
        if (!slotsByName.TryGetValue(name, out var slot) || !rows[slot].Present)
        {
            return -1;
        }

        Count--;
        Images.Remove(slot, facts[slot]);
        facts[slot] = Absent;
        rows[slot].Present = false;
        Release(slot);
        return slot;
    }

    /// <summary>Counts a pod in (1) or out (-1).</summary>
    public void CountPod(int slot, PodTemplate pod, int sign)
    {
        rows[slot].Count(pod, sign);
        if (!pod.HostPorts.IsEmpty || !pod.Requests.Extended.IsEmpty)
        {
            uses[slot].Count(pod, sign);
        }

        if (sign < 0)
        {
            Release(slot);
        }
    }

    /// <summary>Whether a node can take a pod now.</summary>
    public bool Fits(int slot, PodTemplate pod) => rows[slot].Present && FilterChain.Fits(rows[slot], facts[slot], uses[slot], pod);

    /// <summary>Whether a node that a pod's placement allows still has room for it.</summary>
    public bool HasRoom(int slot, PodTemplate pod) =>
        NodeResourcesFit.Fits(rows[slot], facts[slot], uses[slot], pod) && (pod.HostPorts.IsEmpty || NodePorts.Fits(uses[slot], pod));

    private void Release(int slot)
    {
        if (!rows[slot].Present && rows[slot].Pods == 0)
        {
            slotsByName.Remove(names[slot]);
            free.Push(slot);
        }
    }

    private void Grow()
    {
        if (Slots > rows.Length)
        {
            var size = rows.Length * 2;
            Array.Resize(ref rows, size);
            Array.Resize(ref facts, size);
            Array.Resize(ref uses, size);
            Array.Resize(ref names, size);
        }
    }
}
