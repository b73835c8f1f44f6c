using Grainhouse.Planning.Scheduling;
using Grainhouse.Planning.Scheduling.Scores;

namespace Grainhouse.Planning.Tests.Scheduling;

/// <summary>What placing one pod alone looks at: every node, every filter and every score, computed plainly.</summary>
internal sealed class OneByOne
{
    private readonly NodeTable table = new();
    private readonly Dictionary<(string Controller, int Slot), int> spread = [];
    private readonly FitStrategy strategy;

    public OneByOne(RandomCluster cluster, FitStrategy strategy)
    {
        this.strategy = strategy;
        foreach (var node in cluster.Nodes)
        {
            table.Describe(table.Slot(node.Name), NodeFacts.Read(node.At(1)));
        }
    }

    public IReadOnlyList<string> Feasible(TestPod pod) => [.. FeasibleSlots(FilterTests.Template(pod)).Select(table.Name)];

    /// <summary>The nodes with the highest score.</summary>
    public IReadOnlyList<string> Best(TestPod pod)
    {
        var template = FilterTests.Template(pod);
        var scores = FeasibleSlots(template).ToDictionary(slot => slot, slot => Score(pod, template, slot));
        return [.. scores.Where(score => score.Value == scores.Values.Max()).Select(score => table.Name(score.Key))];
    }

    public void Place(TestPod pod, string node)
    {
        var slot = table.Slot(node);
        table.CountPod(slot, FilterTests.Template(pod), 1);
        spread[(pod.Controller, slot)] = Spread(pod, slot) + 1;
    }

    private IEnumerable<int> FeasibleSlots(PodTemplate pod) => Enumerable.Range(0, table.Slots).Where(slot => table.Fits(slot, pod));

    private int Spread(TestPod pod, int slot) => spread.GetValueOrDefault((pod.Controller, slot));

    private int Score(TestPod pod, PodTemplate template, int slot)
    {
        var feasible = FeasibleSlots(template).ToList();
        int Taints(int at) => PreferredTaints.Count(table.Facts(at).Taints, template.Tolerations);
        int Affinity(int at) => PreferredAffinity.Sum(table.Facts(at), template.Preferred);
        int Cost(int at) => HostSpread.Cost(Spread(pod, at), table.Count);
        var images = template.Images.Sum(image => table.Images.Find(image) is { } holders && holders.TryGetValue(slot, out var size)
            ? ImageLocality.Scaled(size, holders.Count, table.Count)
            : 0);
        return ResourceScores.Fit(table.Rows[slot], template, strategy)
            + BalancedAllocation.Score(table.Rows[slot], template)
            + (PreferredTaints.Weight * PreferredTaints.Normalize(Taints(slot), feasible.Max(Taints)))
            + (PreferredAffinity.Weight * PreferredAffinity.Normalize(Affinity(slot), feasible.Max(Affinity)))
            + ImageLocality.Score(images, template.Images.Length)
            + (pod.Controller.Length == 0 ? 0 : HostSpread.Weight * HostSpread.Normalize(Cost(slot), feasible.Min(Cost), feasible.Max(Cost)));
    }
}
