using System.Buffers;
using System.Collections.Immutable;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Planning.Scheduling;

/// <summary>The built-in scheduler: a picture of nodes and pods, fed by changes, that proposes nodes for waiting pods.</summary>
/// <remarks>
/// Not safe for concurrent use. The same inputs in the same order with the same seed give the same placements. A proposal is
/// counted at once; answer each with <see cref="Resolve"/>. The picture may lag behind: only the node's own ledger
/// (<see cref="NodeLedger"/>) decides. Waiting pods are taken by priority, then by age (in whole seconds, so that the pods of
/// a class stay together).
/// </remarks>
public sealed partial class Scheduler(SchedulerOptions options)
{
    private readonly Dictionary<string, TrackedPod> pods = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> fingerprint = new(4096);
    private FingerprintMap<PodClass> classes = new();
    private FingerprintMap<PodTemplate> templates = new();
    private NodeTable nodes = new();
    private long sequence;
    private int lastClass;
    private int lastTemplate;

    /// <summary>A scheduler with the default options.</summary>
    public Scheduler()
        : this(new SchedulerOptions())
    {
    }

    /// <summary>How many pods wait for a node and may get one: another <see cref="Propose"/> is worth while.</summary>
    public bool HasWork => active.Count > 0 || (dirty.Count > 0 && parked.Count > 0);

    /// <summary>Replaces the picture by a snapshot.</summary>
    public void Load(IEnumerable<KubeObject> nodeObjects, IEnumerable<KubeObject> podObjects)
    {
        Clear();
        foreach (var node in nodeObjects)
        {
            ApplyNode(node, deleted: false);
        }

        foreach (var pod in podObjects)
        {
            ApplyPod(pod, deleted: false);
        }
    }

    /// <summary>Takes a change of a node or a pod; changes of other kinds are of no interest.</summary>
    public void Apply(ObjectChange change)
    {
        var deleted = change.Kind == ChangeKind.Deleted;
        if (change.Object.Key.Resource == ResourceCatalog.Pods.QualifiedName)
        {
            ApplyPod(change.Object, deleted);
        }
        else if (change.Object.Key.Resource == ResourceCatalog.Nodes.QualifiedName)
        {
            ApplyNode(change.Object, deleted);
        }
    }

    /// <summary>Takes a ledger's answer to a placement. A refused pod waits again; its class avoids the node until something there changes.</summary>
    /// <remarks>An answer that never came is a refusal too: should the pod be bound after all, its change says so.</remarks>
    public void Resolve(PodVerdict verdict)
    {
        if (verdict.Bound || !pods.TryGetValue(verdict.Uid, out var pod) || pod.Standing != PodStanding.Assumed)
        {
            return;
        }

        var slot = pod.Slot;
        Refuse(pod.Class, slot, verdict.Refusal);
        Uncount(pod);
        Enqueue(pod);
        dirty.Add(slot);
    }

    private void Clear()
    {
        pods.Clear();
        classes = new FingerprintMap<PodClass>();
        templates = new FingerprintMap<PodTemplate>();
        nodes = new NodeTable();
        placer = null;
        active.Clear();
        parked.Clear();
        refusing.Clear();
        dirty.Clear();
        failures.Clear();
    }

    private void ApplyNode(KubeObject node, bool deleted)
    {
        if (deleted)
        {
            var slot = nodes.Remove(node.Key.Name);
            if (slot >= 0)
            {
                ForgetRefusals(slot);
                dirty.Remove(slot);
            }

            return;
        }

        var described = nodes.Slot(node.Key.Name);
        if (nodes.Describe(described, NodeFacts.Read(node)))
        {
            ForgetRefusals(described);
            dirty.Add(described);
        }
    }

    private void ApplyPod(KubeObject document, bool deleted)
    {
        var summary = PodReader.Read(document.Document.Span, fingerprint);
        var known = pods.GetValueOrDefault(summary.Uid);
        if (deleted || summary.Terminal)
        {
            Forget(known);
        }
        else if (known is not null && document.Revision < known.Revision)
        {
            // The picture was loaded from a newer snapshot.
            return;
        }
        else if (summary.Node.Length > 0)
        {
            Bind(known ?? Track(document, summary), document, summary);
        }
        else if (known is { Standing: PodStanding.Assumed or PodStanding.Bound })
        {
            // A change from before the binding that was proposed.
            known.Revision = document.Revision;
        }
        else if (summary.Deleting || !IsMine(summary.SchedulerName))
        {
            Forget(known);
        }
        else
        {
            Await(known ?? Track(document, summary), document, summary);
        }
    }

    private bool IsMine(string schedulerName) => schedulerName.Length == 0 || schedulerName == options.SchedulerName;

    private TrackedPod Track(KubeObject document, in PodSummary summary)
    {
        var pod = new TrackedPod(document.Key, summary.Uid) { CreationSecond = summary.CreationSecond };
        pods.Add(pod.Uid, pod);
        Join(pod, document, summary);
        return pod;
    }

    private void Forget(TrackedPod? pod)
    {
        if (pod is null)
        {
            return;
        }

        if (pod.Standing is PodStanding.Assumed or PodStanding.Bound)
        {
            var slot = pod.Slot;
            Uncount(pod);
            ForgetRefusals(slot);
            dirty.Add(slot);
        }
        else if (pod.Standing == PodStanding.Queued)
        {
            pod.Class.Withdraw(pod);
        }

        pods.Remove(pod.Uid);
        Leave(pod);
    }

    private void Bind(TrackedPod pod, KubeObject document, in PodSummary summary)
    {
        pod.Revision = document.Revision;
        var slot = nodes.Slot(summary.Node);
        if (pod.Standing is PodStanding.Assumed or PodStanding.Bound)
        {
            if (pod.Slot == slot && IsSameClass(pod))
            {
                pod.Standing = PodStanding.Bound;
                return;
            }

            var before = pod.Slot;
            Uncount(pod);
            dirty.Add(before);
            slot = nodes.Slot(summary.Node);
        }
        else if (pod.Standing == PodStanding.Queued)
        {
            pod.Class.Withdraw(pod);
        }

        Rejoin(pod, document, summary);
        Count(pod, slot);
        pod.Standing = PodStanding.Bound;
        // The picture of the node is newer than what its ledger refused by.
        ForgetRefusals(slot);
    }

    private void Await(TrackedPod pod, KubeObject document, in PodSummary summary)
    {
        pod.Revision = document.Revision;
        pod.ConditionReason = summary.ConditionStatus == "False" ? summary.ConditionReason : "";
        pod.ConditionMessage = summary.ConditionStatus == "False" ? summary.ConditionMessage : "";
        pod.ForgetReport();
        var queued = pod.Standing == PodStanding.Queued;
        if (summary.Gated)
        {
            if (queued)
            {
                pod.Class.Withdraw(pod);
            }

            pod.Standing = PodStanding.Gated;
            Report(pod, SchedulingFailure.SchedulingGated, GatedMessage);
        }
        else if (!queued || !IsSameClass(pod))
        {
            if (queued)
            {
                pod.Class.Withdraw(pod);
            }

            Rejoin(pod, document, summary);
            Enqueue(pod);
        }
    }

    private void Count(TrackedPod pod, int slot)
    {
        pod.Slot = slot;
        nodes.CountPod(slot, pod.Class.Template, 1);
        if (pod.Class.OnNodes is { } onNodes)
        {
            onNodes[slot] = onNodes.GetValueOrDefault(slot) + 1;
        }
    }

    private void Uncount(TrackedPod pod)
    {
        if (pod.Class.OnNodes is { } onNodes)
        {
            var left = onNodes[pod.Slot] - 1;
            if (left == 0)
            {
                onNodes.Remove(pod.Slot);
            }
            else
            {
                onNodes[pod.Slot] = left;
            }
        }

        nodes.CountPod(pod.Slot, pod.Class.Template, -1);
        pod.Slot = -1;
    }
}
