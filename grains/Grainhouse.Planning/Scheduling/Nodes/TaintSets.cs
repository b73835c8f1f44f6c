using System.Collections.Immutable;

namespace Grainhouse.Planning.Scheduling;

/// <summary>The distinct sets of taints in the cluster, so that a pod's tolerations are compared once a set and not once a node.</summary>
internal sealed class TaintSets
{
    private readonly Dictionary<string, int> indexes = new(StringComparer.Ordinal);
    private readonly List<ImmutableArray<Taint>> sets = [];

    public TaintSets() => IndexOf([]);

    public int Count => sets.Count;

    public ImmutableArray<Taint> this[int index] => sets[index];

    public int IndexOf(ImmutableArray<Taint> taints)
    {
        var key = string.Join('\n', taints.Select(taint => $"{taint.Key}={taint.Value}:{taint.Effect}"));
        if (!indexes.TryGetValue(key, out var index))
        {
            index = sets.Count;
            sets.Add(taints);
            indexes.Add(key, index);
        }

        return index;
    }
}
