using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Scheduling;

namespace Grainhouse.Grains.Nodes;

/// <summary>Carries out what the ledger of one node decides: commits its fence, binds pods, fails those that do not fit.</summary>
internal sealed class NodeBindings(string node, IObjectCache cache, IObjectStore store, IGrainFactory grains, TimeProvider clock)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(250);

    private readonly Dictionary<string, KubeObject> seen = new(StringComparer.Ordinal);
    private NodeLedger ledger = new(node);
    private KubeObject? seenNode;
    private Task lastAdmission = Task.CompletedTask;

    /// <summary>Reads the fence and the node's pods, and finishes the bindings that a predecessor left open.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var fence = await store.ReadAsync(LedgerFence.Key(node), cancellationToken);
        var revision = await cache.CatchUpAsync(cancellationToken);
        var fenced = fence is null ? [] : LedgerFence.Read(fence.Document);
        seenNode = cache.Get(NodeKey);
        seen.Clear();
        foreach (var pod in cache.PodsOnNode(node))
        {
            seen[pod.Header.Uid] = pod;
        }

        ledger = new NodeLedger(node);
        var start = ledger.Load(revision, seenNode, fence, seen.Values, fenced.Select(pod => cache.Get(pod.Key)).OfType<KubeObject>());
        await Task.WhenAll(start.ToBind.Select(claim => BindAsync(claim.Pod, claim.Uid)));
        await FailAsync(start.Rejected);
    }

    /// <summary>Takes what has changed in the cache since the last look.</summary>
    public async Task RefreshAsync()
    {
        var rejections = new List<PodRejection>();
        var nodeNow = cache.Get(NodeKey);
        if (nodeNow?.Revision != seenNode?.Revision)
        {
            var change = nodeNow is null
                ? new ObjectChange(ChangeKind.Deleted, seenNode!, seenNode)
                : new ObjectChange(ChangeKind.Modified, nodeNow, seenNode);
            seenNode = nodeNow;
            rejections.AddRange(ledger.Apply(change));
        }

        var here = new HashSet<string>(StringComparer.Ordinal);
        foreach (var pod in cache.PodsOnNode(node))
        {
            var uid = pod.Header.Uid;
            here.Add(uid);
            if (!seen.TryGetValue(uid, out var before) || before.Revision != pod.Revision)
            {
                seen[uid] = pod;
                rejections.AddRange(ledger.Apply(new ObjectChange(before is null ? ChangeKind.Added : ChangeKind.Modified, pod, before)));
            }
        }

        foreach (var (uid, gone) in seen.Where(pod => !here.Contains(pod.Key)).ToList())
        {
            seen.Remove(uid);
            ledger.Apply(new ObjectChange(ChangeKind.Deleted, gone, gone));
        }

        await FailAsync(rejections);
    }

    /// <summary>Admits claims as far as they fit, and binds what it admits.</summary>
    public async Task<ImmutableArray<PodVerdict>> AdmitAsync(ImmutableArray<PodClaim> claims)
    {
        // The scheduler may know of an uncordoned node before the node's own wake has come: a refusal from an older picture
        // would park the pod until something else changes there.
        await cache.WaitForAsync(claims.Max(claim => claim.Revision));
        await RefreshAsync();

        // One after the other: the ledger takes no claims while a fence is being committed.
        var mine = AfterAsync(lastAdmission, claims);
        lastAdmission = mine;
        var admission = await mine;
        return admission is null
            ? [.. claims.Select(claim => new PodVerdict(claim.Uid, Bound: false, "node(s) could not admit pods"))]
            : [.. await Task.WhenAll(admission.Verdicts.Select(CarryOutAsync))];
    }

    private async Task<Admission?> AfterAsync(Task before, ImmutableArray<PodClaim> claims)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return await CommitFenceAsync(claims);
    }

    private ObjectKey NodeKey => ResourceCatalog.Nodes.Key(null, node);

    private async Task<Admission?> CommitFenceAsync(ImmutableArray<PodClaim> claims)
    {
        if (ledger.IsLost)
        {
            await LoadAsync(CancellationToken.None);
        }

        var admission = ledger.Admit([.. claims.Select(claim => new LedgerClaim(claim, cache.Get(claim.Pod)))]);
        if (admission.Fence is null)
        {
            return admission;
        }

        try
        {
            return ledger.Confirm((await store.CommitAsync([admission.Fence]))[0]) ? admission : null;
        }
        catch (StoreUnavailableException)
        {
            ledger.Rollback();
            return null;
        }
        catch
        {
            // Whether the fence was committed, only a new look at the store can tell.
            ledger.Abandon();
            throw;
        }
    }

    private async Task<PodVerdict> CarryOutAsync(ClaimVerdict verdict) => verdict.Decision switch
    {
        ClaimDecision.AlreadyBound => new PodVerdict(verdict.Uid, Bound: true, ""),
        ClaimDecision.Bind when await BindAsync(verdict.Pod, verdict.Uid) => new PodVerdict(verdict.Uid, Bound: true, ""),
        ClaimDecision.Bind => new PodVerdict(verdict.Uid, Bound: false, "pod has gone or has a node already"),
        _ => new PodVerdict(verdict.Uid, Bound: false, verdict.Refusal),
    };

    /// <summary>Binds until it is known what became of it: an admitted pod whose binding is unknown keeps its place.</summary>
    private async Task<bool> BindAsync(ObjectKey key, string uid)
    {
        var pod = grains.GetGrain<IObjectGrain>(key.ToString());
        var binding = Binding(key, uid);
        while (true)
        {
            var result = await TryBindAsync(pod, binding);
            if (result is null || result.Error is { Code: 503 })
            {
                await Task.Delay(RetryDelay, clock);
                continue;
            }

            var bound = result.Error is null || await IsHereAsync(pod, uid);
            ledger.Settled(uid, bound);
            return bound;
        }
    }

    // Null: the pod's silo died or was slow, and the binding may have happened, or happen yet.
    private static async Task<ObjectResult?> TryBindAsync(IObjectGrain pod, ReadOnlyMemory<byte> binding)
    {
        try
        {
            return await pod.UpdateAsync(binding, new WriteOptions { Subresource = "binding" });
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            return null;
        }
    }

    // Refused because it was bound before: by this ledger, or its predecessor.
    private async Task<bool> IsHereAsync(IObjectGrain pod, string uid) =>
        await pod.GetAsync() is { } found && found.Header.Uid == uid && found.Header.NodeName == node;

    private Task<ObjectResult[]> FailAsync(IReadOnlyCollection<PodRejection> rejections) => Task.WhenAll(rejections.Select(rejection =>
    {
        var status = new JsonObject { ["phase"] = "Failed", ["reason"] = rejection.Reason, ["message"] = $"Pod was rejected: {rejection.Message}" };
        var patch = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = rejection.Uid }, ["status"] = status };
        return grains.GetGrain<IObjectGrain>(rejection.Pod.ToString())
            .PatchAsync(PatchType.Merge, Bytes(patch), new WriteOptions { Subresource = "status" });
    }));

    private ReadOnlyMemory<byte> Binding(ObjectKey key, string uid) => Bytes(new JsonObject
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Binding",
        ["metadata"] = new JsonObject { ["name"] = key.Name, ["namespace"] = key.Namespace, ["uid"] = uid },
        ["target"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = node },
    });

    private static ReadOnlyMemory<byte> Bytes(JsonObject document) => Encoding.UTF8.GetBytes(document.ToJsonString());
}
