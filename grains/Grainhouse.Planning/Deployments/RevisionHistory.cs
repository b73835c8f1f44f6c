namespace Grainhouse.Planning.Deployments;

/// <summary>Deletes the oldest empty ReplicaSets beyond <c>revisionHistoryLimit</c>.</summary>
internal static class RevisionHistory
{
    public static void CleanUp(Rollout rollout)
    {
        var kept = rollout.Old.Where(old => !old.Deleting).OrderBy(old => old.Revision).ToList();
        var surplus = kept.Count - Math.Max(0, rollout.Spec.RevisionHistoryLimit);
        for (var i = 0; i < surplus; i++)
        {
            var old = kept[i];
            if (old is { Replicas: 0, ActualReplicas: 0, Settled: true, HasChanged: false })
            {
                rollout.Delete(old);
            }
        }
    }
}
