using System.Collections.Immutable;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Planning.Scheduling;

// What the ledger learns from objects: at its start, and from changes.
public sealed partial class NodeLedger
{
    private const int MaxTemplates = 64;

    /// <summary>Takes a change of this node or of a pod. Returns the pods that name this node but do not fit.</summary>
    /// <remarks>
    /// Changes come in their order; those that the snapshot of <see cref="Load"/> has already are ignored. The deletion of a pod
    /// always counts (its uid never comes back), so it may be told with the pod's last state, as a comparison of snapshots finds it.
    /// </remarks>
    public ImmutableArray<PodRejection> Apply(ObjectChange change)
    {
        var changed = change.Object;
        if (changed.Key.Resource == ResourceCatalog.Nodes.QualifiedName)
        {
            return changed.Key.Name == node ? ApplyNode(change) : [];
        }

        return changed.Key.Resource == ResourceCatalog.Pods.QualifiedName ? ApplyPod(change) : [];
    }

    private ImmutableArray<PodRejection> ApplyNode(ObjectChange change)
    {
        if (change.Object.Revision < nodeRevision)
        {
            return [];
        }

        nodeRevision = change.Object.Revision;
        admission.Describe(change.Kind == ChangeKind.Deleted ? null : NodeFacts.Read(change.Object));
        if (!admission.Exists || unready.Count == 0)
        {
            return [];
        }

        var waiting = unready.Values.ToList();
        unready.Clear();
        return TakeBound(waiting);
    }

    private ImmutableArray<PodRejection> ApplyPod(ObjectChange change)
    {
        var summary = Read(change.Object);
        if (change.Kind == ChangeKind.Deleted || summary.Terminal || (summary.Node.Length > 0 && summary.Node != node))
        {
            Drop(summary.Uid);
            return [];
        }

        if (change.Object.Revision <= snapshotRevision)
        {
            // It may be gone since.
            return [];
        }

        // A pod without a node may still be in flight to this one.
        return summary.Node.Length > 0 && TakeBound(change.Object, summary) is { } rejection ? [rejection] : [];
    }

    private ImmutableArray<PodClaim> ResumeFenced(ImmutableArray<FencedPod> fenced, IEnumerable<KubeObject> fencedPods)
    {
        var byKey = fencedPods.ToDictionary(pod => pod.Key);
        var toBind = ImmutableArray.CreateBuilder<PodClaim>();
        foreach (var (key, uid) in fenced)
        {
            if (!byKey.TryGetValue(key, out var pod))
            {
                continue;
            }

            var summary = Read(pod);
            if (summary.Uid != uid || summary.Terminal || (summary.Node.Length > 0 && summary.Node != node))
            {
                continue;
            }

            var bound = summary.Node.Length > 0;
            Enter(uid, new LedgerEntry(key, Template(pod, summary), bound ? LedgerStage.Bound : LedgerStage.InFlight));
            if (!bound)
            {
                toBind.Add(new PodClaim(key, uid, pod.Revision));
            }
        }

        return toBind.ToImmutable();
    }

    private ImmutableArray<PodRejection> TakeBound(IEnumerable<KubeObject> pods)
    {
        // What runs comes first, then what a scheduler placed, then what named the node itself; each by age.
        var inOrder = pods
            .Select(pod => (Pod: pod, Summary: Read(pod)))
            .Where(pod => !pod.Summary.Terminal && pod.Summary.Node == node)
            .OrderBy(pod => pod.Summary.Started ? 0 : pod.Summary.ConditionStatus == "True" ? 1 : 2)
            .ThenBy(pod => pod.Summary.CreationSecond)
            .ThenBy(pod => pod.Pod.Key.Namespace, StringComparer.Ordinal)
            .ThenBy(pod => pod.Pod.Key.Name, StringComparer.Ordinal)
            .ToList();
        var rejections = ImmutableArray.CreateBuilder<PodRejection>();
        foreach (var (pod, _) in inOrder)
        {
            // Read again: the fingerprint buffer holds that of the pod read last.
            if (TakeBound(pod, Read(pod)) is { } rejection)
            {
                rejections.Add(rejection);
            }
        }

        return rejections.ToImmutable();
    }

    private PodRejection? TakeBound(KubeObject pod, in PodSummary summary)
    {
        if (entries.TryGetValue(summary.Uid, out var known))
        {
            known.Stage = LedgerStage.Bound;
            return null;
        }

        if (!admission.Exists)
        {
            unready[summary.Uid] = pod;
            return null;
        }

        var template = Template(pod, summary);
        if (!summary.Started && admission.Rejection(template) is var (reason, message))
        {
            return new PodRejection(pod.Key, summary.Uid, pod.Revision, reason, message);
        }

        Enter(summary.Uid, new LedgerEntry(pod.Key, template, LedgerStage.Bound));
        return null;
    }

    private PodSummary Read(KubeObject pod) => PodReader.Read(pod.Document.Span, fingerprint);

    // Of the pod that was read last.
    private PodTemplate Template(KubeObject pod, in PodSummary summary)
    {
        var key = fingerprint.WrittenSpan[..summary.TemplateLength];
        if (templates.TryGet(key, out var template))
        {
            return template;
        }

        if (templates.Count == MaxTemplates)
        {
            templates.Clear();
        }

        template = PodTemplate.Read(pod.Document);
        templates.Add(key.ToArray(), template);
        return template;
    }
}
