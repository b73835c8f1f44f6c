using System.Collections.Immutable;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Scheduling;

namespace Grainhouse.Planning.Tests.Scheduling;

/// <summary>A node grain as the protocol asks it to be, with its own lagging picture of the store.</summary>
internal sealed class SimulatedActivation(SimulatedStore store, string node)
{
    private readonly List<PodRejection> rejected = [];
    private long seen;
    private StoreWrite? fence;
    private WriteOutcome? outcome;
    private ImmutableArray<PodClaim> claims = [];
    private ImmutableArray<PodClaim> toBind = [];

    public NodeLedger? Ledger { get; private set; }

    /// <summary>Raised by each death: what was sent before is nobody's any more.</summary>
    public int Life { get; private set; }

    /// <summary>The uids of pods that named the node themselves and were not rejected.</summary>
    public HashSet<string> Accepted { get; } = [];

    public ImmutableArray<FencedPod> NextFence => fence is null ? [] : LedgerFence.Read(fence.Document!.Value);

    /// <summary>Starts, unless it runs. Its snapshot may be behind the store by some revisions, but not behind the fence.</summary>
    public void Load(int lag)
    {
        if (Ledger is not null)
        {
            return;
        }

        var stored = store.Fence(LedgerFence.Key(node));
        seen = Math.Max(store.Revision - lag, stored?.Revision ?? 0);
        var objects = store.Snapshot(seen);
        var fenced = stored is null ? [] : LedgerFence.Read(stored.Document);
        Ledger = new NodeLedger(node);
        var start = Ledger.Load(
            seen,
            objects.GetValueOrDefault(ResourceCatalog.Nodes.Key(null, node)),
            stored,
            objects.Values.Where(found => found.Key.Resource == "pods" && found.ToMutable()["spec"]!["nodeName"]?.GetValue<string>() == node),
            fenced.Where(pod => objects.ContainsKey(pod.Key)).Select(pod => objects[pod.Key]));
        toBind = start.ToBind;
        rejected.AddRange(start.Rejected);
    }

    public ImmutableArray<PodClaim> TakeToBind()
    {
        var taken = toBind;
        toBind = [];
        return taken;
    }

    public void Admit(IEnumerable<TestPod> pods)
    {
        if (Ledger is null || Ledger.IsOpen)
        {
            return;
        }

        // What the grain reads of a pod may be the newest, or what its own picture shows.
        var objects = store.Snapshot(Math.Max(seen, store.Revision - 2));
        var admission = Ledger.Admit([.. pods.Select(pod => new LedgerClaim(
            new PodClaim(pod.Key, pod.ActualUid, 0), objects.GetValueOrDefault(pod.Key)))]);
        var admitted = admission.Verdicts.Where(verdict => verdict.Decision == ClaimDecision.Bind)
            .Select(verdict => new PodClaim(verdict.Pod, verdict.Uid, 0)).ToImmutableArray();
        fence = admission.Fence;
        if (fence is null)
        {
            toBind = [.. toBind, .. admitted];
        }
        else
        {
            claims = admitted;
        }
    }

    public void CommitFence()
    {
        if (fence is not null && outcome is null)
        {
            outcome = store.Commit(fence);
        }
    }

    /// <summary>Returns what may now be bound.</summary>
    public ImmutableArray<PodClaim> HearOfFence()
    {
        if (Ledger is null)
        {
            return [];
        }

        if (fence is not null && outcome is { } answer)
        {
            fence = null;
            outcome = null;
            if (!Ledger.Confirm(answer))
            {
                Die();
                return [];
            }

            toBind = [.. toBind, .. claims];
        }

        return TakeToBind();
    }

    public bool Learn(out IReadOnlyList<PodRejection> rejections)
    {
        rejections = [];
        if (Ledger is null)
        {
            return false;
        }

        if (rejected.Count > 0)
        {
            rejections = [.. rejected];
            rejected.Clear();
            return true;
        }

        if (store.Next(seen, out seen) is not { } change)
        {
            return false;
        }

        rejections = Ledger.Apply(change);
        if (rejections.Count == 0 && change.Kind == ChangeKind.Added)
        {
            Accepted.Add(change.Object.Header.Uid);
        }

        return true;
    }

    public void Die()
    {
        Ledger = null;
        Life++;
        fence = null;
        outcome = null;
        claims = [];
        toBind = [];
        rejected.Clear();
    }
}
