using System.Text.Json;

namespace Grainhouse.Acceptance.Tests.Rollouts;

/// <summary>Counts, after each event of a watch, the pods that are there and those that are available.</summary>
/// <remarks>A pod that is being deleted is neither, as in the counts of a ReplicaSet's status.</remarks>
internal sealed class PodCensus
{
    private readonly Dictionary<string, (string Name, bool Ready)> pods = [];
    private readonly HashSet<string> seen = [];

    public int Events { get; private set; }

    public int FewestAvailable { get; private set; } = int.MaxValue;

    public int MostPods { get; private set; }

    public int PodsSeen => seen.Count;

    /// <summary>The pods at the worst moment.</summary>
    public string Worst { get; private set; } = "";

    public void Begin(IEnumerable<JsonElement> items)
    {
        foreach (var pod in items)
        {
            Note(pod, deleted: false);
        }

        Compare("at the start");
    }

    public void Count(WatchEvent change)
    {
        Assert.True(change.Type is "ADDED" or "MODIFIED" or "DELETED", $"{change.Type}: {change.Object}");
        Events++;
        Note(change.Object, change.Type == "DELETED");
        Compare($"after {change.Type} {change.Name} at {change.Revision}");
    }

    private void Note(JsonElement pod, bool deleted)
    {
        var metadata = pod.GetProperty("metadata");
        var uid = metadata.GetProperty("uid").GetString()!;
        seen.Add(uid);
        if (deleted || metadata.TryGetProperty("deletionTimestamp", out _))
        {
            pods.Remove(uid);
            return;
        }

        pods[uid] = (metadata.GetProperty("name").GetString()!, IsReady(pod));
    }

    private void Compare(string when)
    {
        var available = pods.Values.Count(pod => pod.Ready);
        if (available < FewestAvailable || pods.Count > MostPods)
        {
            Worst = $"{when}: {string.Join(", ", pods.Values)}";
        }

        FewestAvailable = Math.Min(FewestAvailable, available);
        MostPods = Math.Max(MostPods, pods.Count);
    }

    private static bool IsReady(JsonElement pod) =>
        pod.TryGetProperty("status", out var status)
        && status.TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition =>
            condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True");
}
