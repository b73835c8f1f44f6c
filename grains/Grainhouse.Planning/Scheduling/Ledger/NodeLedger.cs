using System.Buffers;
using System.Collections.Immutable;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Planning.Scheduling;

/// <summary>The ledger of one node: what is allocated there, and who may still come. A pure step machine.</summary>
/// <remarks>
/// <para>
/// The order of steps is what keeps the node from being over-committed, even with two activations at once: admit, commit the
/// fence at the revision it replaces, bind, <see cref="Settled"/>. Every admission commits the fence, so of two activations the
/// one whose picture is older finds that its fence was replaced (<see cref="Confirm"/> returns false) and must be dropped.
/// A pod leaves the fence only once it is known to be bound (then the pods on the node, as of the fence's revision or later,
/// show it) or can never be.
/// </para>
/// <para>Not safe for concurrent use; a grain takes one admission at a time (<see cref="IsOpen"/>).</para>
/// </remarks>
public sealed partial class NodeLedger(string node)
{
    private readonly NodeAdmission admission = new(node);
    private readonly Dictionary<string, LedgerEntry> entries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, KubeObject> unready = new(StringComparer.Ordinal);
    private readonly ArrayBufferWriter<byte> fingerprint = new(512);
    private readonly FingerprintMap<PodTemplate> templates = new();
    private long fenceRevision;
    private long snapshotRevision;
    private long nodeRevision;

    /// <summary>The node's name.</summary>
    public string Node => node;

    /// <summary>Whether a fence was handed out that is neither confirmed nor rolled back: no admission may begin.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Whether the fence is no longer known to be this ledger's: it must be dropped and loaded anew.</summary>
    public bool IsLost { get; private set; }

    /// <summary>How many pods the node is counted to have, those in flight included.</summary>
    public int Pods => entries.Count;

    /// <summary>Starts from what is stored. Call once, first.</summary>
    /// <param name="revision">
    /// The revision of the snapshot that all objects come from. It must not be older than the fence; take it after catching up
    /// with the store, so that pods which named the node themselves and were taken by an earlier activation are in it too.
    /// </param>
    /// <param name="nodeObject">The Node; null if there is none.</param>
    /// <param name="fence">The document at <see cref="LedgerFence.Key"/>; null if there is none.</param>
    /// <param name="podsOnNode">The pods whose <c>spec.nodeName</c> is this node.</param>
    /// <param name="fencedPods">The pods that <see cref="LedgerFence.Read"/> names, as far as they exist.</param>
    /// <exception cref="ArgumentException">The snapshot is older than the fence: wait for the cache to reach it.</exception>
    public LedgerStart Load(
        long revision, KubeObject? nodeObject, StoredDocument? fence, IEnumerable<KubeObject> podsOnNode, IEnumerable<KubeObject> fencedPods)
    {
        if (fence is not null && revision < fence.Revision)
        {
            throw new ArgumentException($"The snapshot at {revision} is older than the fence at {fence.Revision}.", nameof(revision));
        }

        snapshotRevision = revision;
        nodeRevision = nodeObject?.Revision ?? 0;
        fenceRevision = fence?.Revision ?? 0;
        admission.Describe(nodeObject is null ? null : NodeFacts.Read(nodeObject));
        var toBind = fence is null ? [] : ResumeFenced(LedgerFence.Read(fence.Document), fencedPods);
        return new LedgerStart(toBind, TakeBound(podsOnNode));
    }

    /// <summary>Decides on claims, one after the other, each seeing the ones before it.</summary>
    /// <exception cref="InvalidOperationException">An admission is open, or the ledger is lost.</exception>
    public Admission Admit(IReadOnlyList<LedgerClaim> claims)
    {
        if (IsOpen || IsLost)
        {
            throw new InvalidOperationException(IsLost ? "The ledger is lost; load a new one." : "An admission is open; confirm it or roll it back.");
        }

        var verdicts = ImmutableArray.CreateBuilder<ClaimVerdict>(claims.Count);
        foreach (var claim in claims)
        {
            verdicts.Add(Decide(claim));
        }

        return new Admission(verdicts.MoveToImmutable(), IsOpen ? Fence() : null);
    }

    /// <summary>The store's answer to the fence. False: another activation wrote it; nothing was admitted, drop this ledger.</summary>
    public bool Confirm(WriteOutcome outcome)
    {
        if (!outcome.Committed)
        {
            Rollback();
            IsLost = true;
            return false;
        }

        fenceRevision = outcome.Revision;
        IsOpen = false;
        foreach (var entry in entries.Values)
        {
            entry.Stage = entry.Stage == LedgerStage.Open ? LedgerStage.InFlight : entry.Stage;
        }

        return true;
    }

    /// <summary>The fence is known not to have been committed (the store was unavailable): takes the admission back.</summary>
    /// <remarks>Of a commit whose outcome is unknown nothing may be assumed: <see cref="Abandon"/>.</remarks>
    public void Rollback()
    {
        IsOpen = false;
        foreach (var (uid, entry) in entries)
        {
            if (entry.Stage == LedgerStage.Open)
            {
                Drop(uid);
            }
        }
    }

    /// <summary>Nobody knows whether the fence was committed: this ledger takes no more claims and must be dropped.</summary>
    public void Abandon()
    {
        IsOpen = false;
        IsLost = true;
    }

    /// <summary>The end of a binding.</summary>
    /// <param name="uid">The pod's uid.</param>
    /// <param name="bound">
    /// True: the pod's document names this node, durably. False: it never will (the pod is gone, ended, or has another node).
    /// Of a binding whose outcome is unknown say nothing: bind again.
    /// </param>
    public void Settled(string uid, bool bound)
    {
        if (!entries.TryGetValue(uid, out var entry) || entry.Stage == LedgerStage.Bound)
        {
            return;
        }

        if (bound)
        {
            entry.Stage = LedgerStage.Bound;
        }
        else
        {
            Drop(uid);
        }
    }

    private ClaimVerdict Decide(in LedgerClaim request)
    {
        var claim = request.Claim;
        if (entries.TryGetValue(claim.Uid, out var entry))
        {
            return Verdict(claim, entry.Stage == LedgerStage.Bound ? ClaimDecision.AlreadyBound : ClaimDecision.Bind);
        }

        if (request.Pod is not { } pod)
        {
            return Verdict(claim, ClaimDecision.Refused, $"pod \"{claim.Pod.Namespace}/{claim.Pod.Name}\" not found");
        }

        var summary = Read(pod);
        if (summary.Uid != claim.Uid || summary.Deleting || summary.Terminal)
        {
            return Verdict(claim, ClaimDecision.Refused, $"pod \"{claim.Pod.Namespace}/{claim.Pod.Name}\" is gone");
        }

        if (summary.Node.Length > 0)
        {
            // A pod that names this node and is not on the ledger was rejected, or comes with its change.
            return Verdict(claim, ClaimDecision.Refused, $"pod \"{claim.Pod.Namespace}/{claim.Pod.Name}\" is assigned to node \"{summary.Node}\"");
        }

        var template = Template(pod, summary);
        var refusal = admission.Refusal(template);
        if (refusal.Length > 0)
        {
            return Verdict(claim, ClaimDecision.Refused, refusal);
        }

        Enter(claim.Uid, new LedgerEntry(claim.Pod, template, LedgerStage.Open));
        IsOpen = true;
        return Verdict(claim, ClaimDecision.Bind);
    }

    private static ClaimVerdict Verdict(PodClaim claim, ClaimDecision decision, string refusal = "") => new(claim.Pod, claim.Uid, decision, refusal);

    private StoreWrite Fence()
    {
        var inFlight = new List<FencedPod>();
        foreach (var (uid, entry) in entries)
        {
            if (entry.Stage != LedgerStage.Bound)
            {
                inFlight.Add(new FencedPod(entry.Key, uid));
            }
        }

        return new StoreWrite(LedgerFence.Key(node), fenceRevision, LedgerFence.Write(inFlight));
    }

    private void Enter(string uid, LedgerEntry entry)
    {
        entries.Add(uid, entry);
        admission.Count(entry.Template, 1);
    }

    private void Drop(string uid)
    {
        unready.Remove(uid);
        if (entries.Remove(uid, out var entry))
        {
            admission.Count(entry.Template, -1);
        }
    }
}
