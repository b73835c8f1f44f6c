using System.Collections.Immutable;
using Grainhouse.Planning.Scheduling.Filters;

namespace Grainhouse.Planning.Scheduling;

// Which class is placed when: active classes by priority and age, parked ones when a node could take them.
public sealed partial class Scheduler
{
    private const string GatedMessage = "Scheduling is blocked due to non-empty scheduling gates";

    private readonly SortedSet<PodClass> active = new(PodClassOrder.Instance);
    private readonly LinkedList<PodClass> parked = [];
    private readonly HashSet<PodClass> refusing = [];
    private readonly HashSet<int> dirty = [];
    private readonly List<SchedulingFailure> failures = [];
    private ClassPlacer? placer;

    /// <summary>Places waiting pods and counts them on their nodes.</summary>
    /// <param name="max">The most placements to return.</param>
    /// <param name="random">Decides between nodes of equal score.</param>
    /// <returns>Fewer than <paramref name="max"/> only when no other waiting pod can be placed now.</returns>
    public ImmutableArray<Placement> Propose(int max, Random random)
    {
        WakeForChanges();
        placer ??= new ClassPlacer(nodes, options.Strategy);
        placer.Reset();
        var placements = ImmutableArray.CreateBuilder<Placement>();
        while (placements.Count < max && active.Min is { } next)
        {
            active.Remove(next);
            next.Active = false;
            if (next.TryPeek(out var head) && head.CreationSecond > next.HeadSecond)
            {
                // The pod that gave the class its turn is gone.
                Activate(next);
            }
            else
            {
                Place(next, max, random, placements);
            }
        }

        return placements.ToImmutable();
    }

    /// <summary>Takes the failures found since the last call, each pod's only if its words have changed.</summary>
    public ImmutableArray<SchedulingFailure> TakeFailures()
    {
        ImmutableArray<SchedulingFailure> taken = [.. failures];
        failures.Clear();
        return taken;
    }

    /// <summary>Looks again at pods that no node could take, the longest parked first, and forgets what ledgers refused.</summary>
    /// <remarks>Changes wake what they can help; call this now and then for what no change tells, to bring explanations up to date,
    /// and to tell again what a pod's condition does not say yet.</remarks>
    /// <param name="max">The most classes of equal pods to wake.</param>
    public void Retry(int max)
    {
        foreach (var refused in refusing)
        {
            refused.Refusals.Clear();
        }

        refusing.Clear();
        for (var count = 0; count < max && parked.First is { } first; count++)
        {
            foreach (var pod in first.Value.Waiting())
            {
                pod.ForgetReport();
            }

            Wake(first.Value);
        }
    }

    private void Enqueue(TrackedPod pod)
    {
        var joined = pod.Class;
        joined.Enqueue(pod, ++sequence);
        if (joined is { Parked: not null, WaitingCount: 1 })
        {
            // Nobody waited, so its explanation may be an old one.
            Wake(joined);
            return;
        }

        if (joined.Parked is not null)
        {
            Report(pod, SchedulingFailure.Unschedulable, joined.Explanation);
        }
        else if (!joined.Active || pod.CreationSecond < joined.HeadSecond)
        {
            active.Remove(joined);
            Activate(joined);
        }
    }

    private void Activate(PodClass pods)
    {
        if (pods.TryPeek(out var head))
        {
            pods.HeadSecond = head.CreationSecond;
            pods.Active = true;
            active.Add(pods);
        }
    }

    private void Place(PodClass turn, int max, Random random, ImmutableArray<Placement>.Builder placements)
    {
        // The turn lasts until a pod of the same priority in another class is older.
        var until = active.Min is { } rival && rival.Template.Priority == turn.Template.Priority ? rival.HeadSecond : long.MaxValue;
        var begun = false;
        while (placements.Count < max && turn.TryPeek(out var pod) && pod.CreationSecond <= until)
        {
            if (!begun)
            {
                placer!.Begin(turn, random);
                begun = true;
            }

            var slot = placer!.Best();
            if (slot < 0)
            {
                Park(turn);
                return;
            }

            turn.Dequeue();
            Count(pod, slot);
            pod.Standing = PodStanding.Assumed;
            placer.Placed(slot);
            placements.Add(new Placement(pod.Key, pod.Uid, pod.Revision, nodes.Name(slot)));
        }

        Activate(turn);
    }

    private void Park(PodClass pods)
    {
        pods.Explanation = Explain(pods);
        pods.Parked = parked.AddLast(pods);
        foreach (var pod in pods.Waiting())
        {
            Report(pod, SchedulingFailure.Unschedulable, pods.Explanation);
        }
    }

    private void Wake(PodClass pods)
    {
        parked.Remove(pods.Parked!);
        pods.Parked = null;
        Activate(pods);
    }

    private void WakeForChanges()
    {
        // With many changed nodes one look at all of them, which comes with waking, is cheaper than a look at each.
        var all = dirty.Count > nodes.Count / 4;
        for (var at = parked.First; at is not null && dirty.Count > 0;)
        {
            var next = at.Next;
            if (all || CanHelp(at.Value))
            {
                Wake(at.Value);
            }

            at = next;
        }

        dirty.Clear();
    }

    private bool CanHelp(PodClass pods)
    {
        foreach (var slot in dirty)
        {
            if (!pods.Refusals.ContainsKey(slot) && nodes.Fits(slot, pods.Template))
            {
                return true;
            }
        }

        return false;
    }

    private void Refuse(PodClass pods, int slot, string reason)
    {
        pods.Refusals[slot] = reason;
        refusing.Add(pods);
    }

    private void ForgetRefusals(int slot)
    {
        if (refusing.Count == 0)
        {
            return;
        }

        foreach (var refused in refusing)
        {
            if (refused.Refusals.Remove(slot))
            {
                dirty.Add(slot);
            }
        }

        refusing.RemoveWhere(refused => refused.Refusals.Count == 0);
    }

    private string Explain(PodClass pods)
    {
        var histogram = new Dictionary<string, int>(StringComparer.Ordinal);
        var reasons = new List<string>();
        for (var slot = 0; slot < nodes.Slots; slot++)
        {
            if (!nodes.Rows[slot].Present)
            {
                continue;
            }

            reasons.Clear();
            FilterChain.Explain(nodes.Rows[slot], nodes.Facts(slot), nodes.Use(slot), pods.Template, reasons);
            if (reasons.Count == 0)
            {
                reasons.Add(pods.Refusals[slot]);
            }

            foreach (var reason in reasons)
            {
                histogram[reason] = histogram.GetValueOrDefault(reason) + 1;
            }
        }

        return FilterChain.Sentence(nodes.Count, histogram);
    }

    private void Report(TrackedPod pod, string reason, string message)
    {
        if (pod.ReportedReason != reason || pod.ReportedMessage != message)
        {
            pod.ReportedReason = reason;
            pod.ReportedMessage = message;
            failures.Add(new SchedulingFailure(pod.Key, pod.Uid, pod.Revision, reason, message));
        }
    }
}
