using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Pods;
using Grainhouse.Simulation.Engine;
using Grainhouse.Simulation.Storage;

namespace Grainhouse.Simulation.Checks;

/// <summary>The rollouts' promises: what the controller itself asks for keeps within maxSurge and maxUnavailable.</summary>
/// <remarks>
/// A controller decides from what it sees, which is a moment old: pods that died in that moment, and edits that came in it, are not
/// its acts. So each bound is checked against the most lenient state of the moments before: a pod that was available in them counts,
/// be it gone by now, as far as its ReplicaSet still asks for it. What takes away only pods that are not
/// available now is no act against a bound either: a lost pod is made room for, though it was there a moment ago.
/// </remarks>
internal sealed class RolloutChecks(SimulatedStore store, EventLoop loop, Violations violations)
{
    /// <summary>The surge and the missing pods that every simulated Deployment allows.</summary>
    public const int Surge = 1;

    /// <summary>How many pods of each simulated Deployment may be missing.</summary>
    public const int Unavailable = 1;

    // Longer than any message, cache or time-out keeps a controller's picture alive.
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, List<(DateTimeOffset At, int Replicas)>> asked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, DateTimeOffset>> availableByOwner = new(StringComparer.Ordinal);

    /// <summary>An object has changed.</summary>
    public void Changed(ObjectChange change)
    {
        switch (change.Object.Key.Resource)
        {
            case "pods":
                NotePod(change);
                break;
            case "deployments.apps" when change.Kind != ChangeKind.Deleted:
                NoteDeployment(change);
                break;
            case "replicasets.apps" when change.Kind != ChangeKind.Deleted:
                CheckReplicaSet(change);
                break;
        }
    }

    private void NotePod(ObjectChange change)
    {
        if (change.Previous is { } previous && PodView.Of(previous) is { Ready: true, Active: true } pod)
        {
            foreach (var owner in pod.Header.Owners)
            {
                if (!availableByOwner.TryGetValue(owner.Uid, out var pods))
                {
                    availableByOwner[owner.Uid] = pods = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
                }

                pods[pod.Header.Uid] = loop.Now;
            }
        }
    }

    private void NoteDeployment(ObjectChange change)
    {
        var replicas = Replicas(change.Object);
        if (change.Previous is { } previous && change.Previous.Header.Uid == change.Object.Header.Uid && Replicas(previous) == replicas)
        {
            return;
        }

        var name = change.Object.Header.Uid;
        var known = asked.TryGetValue(name, out var before) ? before : asked[name] = [];

        // The end of what was asked for before counts, not its beginning.
        if (known.Count > 0)
        {
            known[^1] = (loop.Now, known[^1].Replicas);
        }

        known.Add((DateTimeOffset.MaxValue, replicas));
        known.RemoveAll(state => state.At < loop.Now - Moment);
    }

    private void CheckReplicaSet(ObjectChange change)
    {
        var before = change.Previous is { } previous ? Replicas(previous) : 0;
        var after = Replicas(change.Object);
        if (before == after || change.Object.Header.Owners.FirstOrDefault() is not { Uid.Length: > 0 } owner
            || !asked.TryGetValue(owner.Uid, out var states))
        {
            return;
        }

        var lately = states.Where(state => state.At >= loop.Now - Moment).Select(state => state.Replicas).ToList();
        var sets = store.Of("replicasets.apps").Where(set => set.Header.Owners.Any(other => other.Uid == owner.Uid)).ToList();
        if (after > before)
        {
            var sum = sets.Sum(Replicas);
            if (sum > lately.Max() + Surge)
            {
                violations.Report($"{change.Object}: {sum} pods are asked for, {lately.Max()} + {Surge} are allowed");
            }

            return;
        }

        var left = sets.Sum(set => Math.Min(Replicas(set), WereAvailable(set)));
        var takes = after < Math.Min(before, AreAvailable(change.Object));
        if (takes && left < lately.Min() - Unavailable)
        {
            violations.Report($"{change.Object}: {left} available pods are left, {lately.Min()} - {Unavailable} must be");
        }
    }

    private int AreAvailable(KubeObject set) => PodsOf(set).Count(IsAvailable);

    private int WereAvailable(KubeObject set)
    {
        var lately = availableByOwner.TryGetValue(set.Header.Uid, out var pods)
            ? pods.Where(pod => pod.Value > loop.Now - Moment).Select(pod => pod.Key)
            : [];
        return PodsOf(set).Where(IsAvailable).Select(pod => pod.Header.Uid).Union(lately, StringComparer.Ordinal).Count();
    }

    private IEnumerable<KubeObject> PodsOf(KubeObject set) =>
        store.Of("pods").Where(item => item.Header.Owners.Any(owner => owner.Uid == set.Header.Uid));

    private static bool IsAvailable(KubeObject pod) => PodView.Of(pod) is { Ready: true, Active: true };

    private static int Replicas(KubeObject item) => item.View(ReadReplicas).Count;

    private static ReplicaCount ReadReplicas(KubeObject item) => new(item.ToMutable()["spec"]?["replicas"]?.GetValue<int>() ?? 1);

    private sealed record ReplicaCount(int Count);
}
