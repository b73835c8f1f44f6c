using Grainhouse.Planning.Scheduling.Filters;
using Grainhouse.Planning.Scheduling.Scores;

namespace Grainhouse.Planning.Scheduling;

/// <summary>Places pods of one class, one after the other: all nodes are looked at once, then only the node that got a pod.</summary>
/// <remarks>
/// The sequence is what placing each pod alone would give: a placement changes the load of one node, and whatever else it
/// changes (the spread's bounds, a maximum that scores are scaled by) makes all scores be computed again, which is rare.
/// </remarks>
internal sealed class ClassPlacer(NodeTable nodes, FitStrategy strategy)
{
    private readonly MaxTree tree = new();
    private readonly StaticScores statics = new(nodes);
    private readonly SpreadCounts spread = new();
    private bool[] feasible = [];
    private int[] loads = [];
    private long[] keys = [];
    private int[] untolerated = [];
    private int[] preferredTaints = [];
    private readonly List<int> changed = [];
    private PodClass? placed;
    private uint seed;
    private int slots;
    private int best;
    private int touched;
    private bool treeIsBuilt;

    /// <summary>Forgets what was computed: nodes may have changed since, other than by placements.</summary>
    public void Reset() => placed = null;

    /// <summary>Looks at all nodes for a class, or only at what differs if the class before it had the same template.</summary>
    public void Begin(PodClass pods, Random random)
    {
        var before = placed;
        placed = pods;
        if (before is not null && IsTwin(before, pods))
        {
            Continue();
            return;
        }

        seed = (uint)random.Next();
        slots = nodes.Slots;
        touched = -1;
        if (keys.Length < slots)
        {
            feasible = new bool[slots * 2];
            loads = new int[slots * 2];
            keys = new long[slots * 2];
        }

        CompareTaints();
        Filter();
        statics.Begin(pods.Template, feasible.AsSpan(0, slots), preferredTaints);
        spread.Begin(feasible.AsSpan(0, slots), nodes.Count, pods.OnNodes);
        ScoreAll();
    }

    /// <summary>The slot of the best node; -1 if none can take a pod.</summary>
    public int Best()
    {
        if (touched >= 0)
        {
            var slot = touched;
            touched = -1;
            var all = Recheck(slot);
            all |= spread.Used && spread.Placed(slot, feasible[slot]);
            if (all)
            {
                ScoreAll();
            }
            else
            {
                Rescore(slot);
            }
        }

        return treeIsBuilt ? tree.Best() : best;
    }

    /// <summary>The slot's node, the best, has been given a pod of the class, and the table has counted it.</summary>
    public void Placed(int slot) => touched = slot;

    private static bool IsTwin(PodClass before, PodClass pods) =>
        ReferenceEquals(before.Template, pods.Template)
        && before.OnNodes is not null && pods.OnNodes is not null
        && before.Refusals.Count == 0 && pods.Refusals.Count == 0;

    // Only the spread differs between twins. While some feasible node has no pod of the class, a node without one scores the
    // same whatever the others have, so that only nodes with pods of either class are scored again.
    private void Continue()
    {
        changed.Clear();
        changed.AddRange(spread.Marked);
        var all = spread.Min != 0;
        if (touched >= 0)
        {
            changed.Add(touched);
            all |= Recheck(touched);
            touched = -1;
        }

        spread.Begin(feasible.AsSpan(0, slots), nodes.Count, placed!.OnNodes);
        spread.Normalize();
        changed.AddRange(spread.Marked);
        if (all || spread.Min != 0)
        {
            ScoreAll();
            return;
        }

        foreach (var slot in changed)
        {
            Rescore(slot);
        }
    }

    // The load of a node has changed. True: a maximum that the scores of all nodes are scaled by has, too.
    private bool Recheck(int slot)
    {
        feasible[slot] = nodes.HasRoom(slot, placed!.Template);
        loads[slot] = feasible[slot] ? Load(nodes.Rows[slot]) : 0;
        return !feasible[slot] && statics.Excluded(slot, feasible.AsSpan(0, slots));
    }

    private void Rescore(int slot)
    {
        keys[slot] = feasible[slot] ? Key(slot) : -1;
        if (treeIsBuilt)
        {
            tree.Set(slot, keys[slot]);
        }
        else
        {
            tree.Build(keys.AsSpan(0, slots));
            treeIsBuilt = true;
        }
    }

    private void CompareTaints()
    {
        var sets = nodes.TaintSets;
        if (untolerated.Length < sets.Count)
        {
            untolerated = new int[sets.Count * 2];
            preferredTaints = new int[sets.Count * 2];
        }

        for (var set = 0; set < sets.Count; set++)
        {
            untolerated[set] = TaintToleration.FirstUntolerated(sets[set], placed!.Template.Tolerations);
            preferredTaints[set] = PreferredTaints.Count(sets[set], placed!.Template.Tolerations);
        }
    }

    private void Filter()
    {
        var rows = nodes.Rows;
        var pod = placed!.Template;
        var special = pod.IsConstrained || !pod.HostPorts.IsEmpty || !pod.Requests.Extended.IsEmpty;
        for (var slot = 0; slot < rows.Length; slot++)
        {
            ref readonly var row = ref rows[slot];
            var fits = row.Present
                && NodeUnschedulable.Fits(row.Unschedulable, pod)
                && untolerated[row.TaintSet] < 0
                && NodeResourcesFit.FitsRow(row, pod.Requests)
                && (!special || FitsSpecially(slot, pod));
            feasible[slot] = fits;
            loads[slot] = fits ? Load(row) : 0;
        }

        foreach (var slot in placed!.Refusals.Keys)
        {
            feasible[slot] = false;
        }
    }

    private bool FitsSpecially(int slot, PodTemplate pod) =>
        nodes.HasRoom(slot, pod) && (!pod.IsConstrained || NodeAffinity.Fits(nodes.Facts(slot), pod));

    private void ScoreAll()
    {
        if (spread.Used)
        {
            spread.Normalize();
        }

        best = -1;
        treeIsBuilt = false;
        var bestKey = -1L;
        for (var slot = 0; slot < slots; slot++)
        {
            var key = feasible[slot] ? Key(slot) : -1;
            keys[slot] = key;
            if (key > bestKey)
            {
                bestKey = key;
                best = slot;
            }
        }
    }

    private int Load(in NodeRow row) => ResourceScores.Fit(row, placed!.Template, strategy) + BalancedAllocation.Score(row, placed!.Template);

    // The score above, a random number below it: equals are ordered by chance, a new chance for each batch.
    private long Key(int slot)
    {
        var score = loads[slot] + statics.Score(slot) + (spread.Used ? spread.Score(slot) : 0);
        return ((long)score << 32) | Chance((uint)slot);
    }

    // The finalizer of MurmurHash3: spreads neighbouring slots evenly.
    private uint Chance(uint slot)
    {
        var hash = slot ^ seed;
        hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }
}
