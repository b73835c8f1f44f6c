using System.Globalization;
using Grainhouse.Planning.Pods;

namespace Grainhouse.Planning.ReplicaSets;

/// <summary>Which pods go first when there are too many: upstream's <c>ActivePodsWithRanks</c>.</summary>
/// <remarks>
/// One step is ours: of ready pods, those that are not available yet go before those that are, so that a rollout
/// that takes away an unavailable pod's place takes that pod's and no other's.
/// </remarks>
internal static class DeletionRanking
{
    public static IEnumerable<PodView> First(
        List<PodView> pods, int count, IReadOnlyDictionary<string, int>? podsByNode, int minReadySeconds, DateTimeOffset now)
    {
        if (count >= pods.Count)
        {
            return pods;
        }

        var ranked = new Ranked[pods.Count];
        for (var i = 0; i < ranked.Length; i++)
        {
            var pod = pods[i];
            var crowd = podsByNode is not null && pod.Node.Length > 0 && podsByNode.TryGetValue(pod.Node, out var there) ? there : 0;
            ranked[i] = new Ranked(
                pod, Cost(pod), crowd, pod.IsAvailable(minReadySeconds, now), AgeClass(pod.ReadySince, now), AgeClass(pod.Header.CreationTimestamp, now));
        }

        Array.Sort(ranked, static (one, other) => Compare(one, other));
        return ranked.Take(count).Select(item => item.Pod);
    }

    private static int Compare(in Ranked one, in Ranked other)
    {
        var (a, b) = (one.Pod, other.Pod);
        var order = (a.Node.Length > 0).CompareTo(b.Node.Length > 0);
        order = order != 0 ? order : Rank(a.Phase).CompareTo(Rank(b.Phase));
        order = order != 0 ? order : a.Ready.CompareTo(b.Ready);
        order = order != 0 ? order : one.Available.CompareTo(other.Available);
        order = order != 0 ? order : one.Cost.CompareTo(other.Cost);
        order = order != 0 ? order : other.Crowd.CompareTo(one.Crowd);
        order = order != 0 || !a.Ready ? order : one.ReadyAge.CompareTo(other.ReadyAge);
        order = order != 0 ? order : b.Restarts.CompareTo(a.Restarts);
        order = order != 0 ? order : one.Age.CompareTo(other.Age);
        return order != 0 ? order : string.CompareOrdinal(a.Header.Uid, b.Header.Uid);
    }

    /// <summary>Ages are compared by their power of two, so that among pods of about the same age chance decides, not the second.</summary>
    private static int AgeClass(DateTimeOffset? since, DateTimeOffset now) =>
        since is not { } from || from >= now ? -1 : (int)Math.Log2(Math.Max(1, (now - from).TotalNanoseconds));

    private static int Rank(string phase) => phase switch
    {
        PodPhases.Pending => 0,
        PodPhases.Unknown => 1,
        _ => 2,
    };

    private static int Cost(PodView pod) =>
        pod.Header.Annotations.TryGetValue(WellKnownLabels.DeletionCost, out var text)
        && int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var cost) ? cost : 0;

    private readonly record struct Ranked(PodView Pod, int Cost, int Crowd, bool Available, int ReadyAge, int Age);
}
