using System.Diagnostics.CodeAnalysis;

namespace Grainhouse.Planning.Scheduling;

/// <summary>All pods of one template and one controller. They are filtered and scored together.</summary>
internal sealed class PodClass(int id, byte[] fingerprint, int templateLength, PodTemplate template, bool spreads)
{
    private readonly PriorityQueue<(TrackedPod Pod, int Ticket), (long Second, long Sequence)> queue = new();

    public int Id { get; } = id;

    public byte[] Fingerprint { get; } = fingerprint;

    /// <summary>The part of the fingerprint that all classes with this template share.</summary>
    public ReadOnlySpan<byte> TemplateFingerprint => Fingerprint.AsSpan(0, templateLength);

    public PodTemplate Template { get; } = template;

    /// <summary>How many pods of the class are in the picture at all.</summary>
    public int Pods { get; set; }

    /// <summary>How many wait for a node.</summary>
    public int WaitingCount { get; private set; }

    /// <summary>How many are assumed or bound, by slot; null for a class without a controller, which is not spread.</summary>
    public Dictionary<int, int>? OnNodes { get; } = spreads ? [] : null;

    /// <summary>Nodes whose ledger refused a pod of this class since the picture of the node last changed, and why.</summary>
    public Dictionary<int, string> Refusals { get; } = [];

    /// <summary>When the oldest waiting pod was created, as the active set knows it.</summary>
    public long HeadSecond { get; set; }

    public bool Active { get; set; }

    /// <summary>The place among the parked classes; null if some node may have room.</summary>
    public LinkedListNode<PodClass>? Parked { get; set; }

    /// <summary>Why no node could take a pod, when that was last looked at.</summary>
    public string Explanation { get; set; } = "";

    public void Enqueue(TrackedPod pod, long sequence)
    {
        pod.Standing = PodStanding.Queued;
        pod.Ticket++;
        WaitingCount++;
        queue.Enqueue((pod, pod.Ticket), (pod.CreationSecond, sequence));
    }

    /// <summary>Takes a waiting pod out.</summary>
    public void Withdraw(TrackedPod pod)
    {
        pod.Ticket++;
        WaitingCount--;
        if (queue.Count > (2 * WaitingCount) + 16)
        {
            DropVoidEntries();
        }
    }

    /// <summary>The oldest waiting pod.</summary>
    public bool TryPeek([NotNullWhen(true)] out TrackedPod? pod)
    {
        while (queue.TryPeek(out var entry, out _))
        {
            if (entry.Ticket == entry.Pod.Ticket)
            {
                pod = entry.Pod;
                return true;
            }

            queue.Dequeue();
        }

        pod = null;
        return false;
    }

    /// <summary>Takes the pod that was peeked at.</summary>
    public void Dequeue()
    {
        queue.Dequeue().Pod.Ticket++;
        WaitingCount--;
    }

    /// <summary>The waiting pods, in no particular but a repeatable order.</summary>
    public IEnumerable<TrackedPod> Waiting()
    {
        foreach (var ((pod, ticket), _) in queue.UnorderedItems)
        {
            if (ticket == pod.Ticket)
            {
                yield return pod;
            }
        }
    }

    private void DropVoidEntries()
    {
        var live = queue.UnorderedItems.Where(entry => entry.Element.Ticket == entry.Element.Pod.Ticket).ToList();
        queue.Clear();
        queue.EnqueueRange(live);
    }
}

/// <summary>Which class goes first: the higher priority, then the older head, then the template and the class seen first.</summary>
internal sealed class PodClassOrder : IComparer<PodClass>
{
    public static PodClassOrder Instance { get; } = new();

    public int Compare(PodClass? x, PodClass? y)
    {
        var byPriority = y!.Template.Priority.CompareTo(x!.Template.Priority);
        if (byPriority != 0)
        {
            return byPriority;
        }

        var byAge = x.HeadSecond.CompareTo(y.HeadSecond);
        if (byAge != 0)
        {
            return byAge;
        }

        // Classes of one template follow one another: they share the work.
        var byTemplate = x.Template.Id.CompareTo(y.Template.Id);
        return byTemplate != 0 ? byTemplate : x.Id.CompareTo(y.Id);
    }
}
