using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Objects;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Grains.Objects;

/// <summary>The shell that every object lives in: it asks the rules, commits what they decide, and answers.</summary>
/// <remarks>
/// Orleans runs one write at a time, so the object's state is always the last committed one. Should a second activation exist
/// for a moment, the store lets only one of them commit; the other sees the conflict, says so and deactivates itself.
/// </remarks>
[GrainType("object")]
internal sealed partial class ObjectGrain(
    IObjectStore store,
    IObjectCache cache,
    ObjectAdmission admission,
    Chance chance,
    TimeProvider clock,
    ILogger<ObjectGrain> logger) : Grain, IObjectGrain
{
    private ObjectKey key;
    private ResourceDescriptor? resource;
    private KubeObject? current;

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        key = ObjectKey.Parse(this.GetPrimaryKeyString());
        resource = ResourceCatalog.Find(key.Resource);
        await ReloadAsync(cancellationToken);
    }

    public ValueTask<KubeObject?> GetAsync()
    {
        if (current is null)
        {
            DeactivateOnIdle();
        }

        return ValueTask.FromResult(current);
    }

    public async Task<ObjectResult> CreateAsync(ReadOnlyMemory<byte> document, WriteOptions options)
    {
        if (resource is null)
        {
            return ObjectResult.Failed(UnknownKind());
        }

        if (await admission.CheckNamespaceAsync(resource, key) is { } refusal)
        {
            return ObjectResult.Failed(refusal);
        }

        if (current is not null)
        {
            // Another activation may have removed it since, and nobody's write would ever tell this one.
            await ReloadAsync(CancellationToken.None);
        }

        return current is null
            ? await CarryOutAsync(resource, ObjectRules.Create(resource, key, document, options, CreationContext(resource)), options.DryRun)
            : ObjectResult.Failed(ApiStatus.AlreadyExists(resource, key.Name));
    }

    public async Task<ObjectResult> UpdateAsync(ReadOnlyMemory<byte> document, WriteOptions options)
    {
        if (resource is null || current is null)
        {
            return Missing();
        }

        return await CarryOutAsync(resource, ObjectRules.Update(resource, current, document, options, Context()), options.DryRun);
    }

    public async Task<ObjectResult> PatchAsync(PatchType type, ReadOnlyMemory<byte> patch, WriteOptions options)
    {
        if (type == PatchType.Apply && resource is not null && (current is not null || options.Subresource.Length == 0))
        {
            return await ApplyAsync(resource, patch, options);
        }

        if (resource is null || current is null)
        {
            return Missing();
        }

        return await CarryOutAsync(resource, ObjectRules.Patch(resource, current, type, patch, options, Context()), options.DryRun);
    }

    public async Task<ObjectResult> DeleteAsync(DeletionOptions options)
    {
        if (resource is null || current is null)
        {
            return Missing();
        }

        return await CarryOutAsync(resource, ObjectRules.Delete(resource, current, options, Context()), options.DryRun);
    }

    public async Task<ObjectResult> EvictAsync(DeletionOptions options)
    {
        if (resource is null || current is null)
        {
            return Missing();
        }

        // What the preconditions or another deletion have settled takes nothing from the budget.
        var decision = ObjectRules.Evict(resource, current, options, Context());
        return decision is WriteDecision.Commit or WriteDecision.Remove && await admission.ClaimDisruptionAsync(current, options.DryRun) is { } refusal
            ? ObjectResult.Failed(refusal)
            : await CarryOutAsync(resource, decision, options.DryRun);
    }

    private async Task<ObjectResult> ApplyAsync(ResourceDescriptor kind, ReadOnlyMemory<byte> config, WriteOptions options)
    {
        var create = current is null;
        if (create && await admission.CheckNamespaceAsync(kind, key) is { } refusal)
        {
            return ObjectResult.Failed(refusal);
        }

        var result = await CarryOutAsync(kind, ObjectRules.Apply(kind, key, current, config, options, create ? CreationContext(kind) : Context()), options.DryRun);
        return create && result.Error is null ? result with { Created = true } : result;
    }

    private RuleContext Context() => new(clock.GetUtcNow(), chance.NewUid().ToString());

    private RuleContext CreationContext(ResourceDescriptor kind) => Context() with { Policies = admission.PoliciesOf(kind, key) };

    private async Task<ObjectResult> CarryOutAsync(ResourceDescriptor kind, WriteDecision decision, bool dryRun)
    {
        var result = decision switch
        {
            WriteDecision.Reject reject => await RejectAsync(reject.Error),
            WriteDecision.Unchanged => new ObjectResult { Object = current },
            WriteDecision.Commit commit => await CommitAsync(kind, commit.Object, dryRun),
            WriteDecision.Remove remove => await RemoveAsync(kind, remove.LastState, dryRun),
            _ => throw new InvalidOperationException($"No handler for {decision.GetType().Name}."),
        };
        return decision.Warnings.IsDefaultOrEmpty ? result : result with { Warnings = decision.Warnings };
    }

    // A conflict may be this activation's fault: another one wrote, and whoever asks has seen it. Then it looks again.
    private async Task<ObjectResult> RejectAsync(ApiStatus error)
    {
        if (error.Reason == "Conflict")
        {
            await ReloadAsync(CancellationToken.None);
        }

        return ObjectResult.Failed(error);
    }

    private async Task<ObjectResult> CommitAsync(ResourceDescriptor kind, KubeObject next, bool dryRun)
    {
        var admitted = await admission.AdmitAsync(kind, current, next, dryRun);
        if (admitted.Error is { } error)
        {
            return ObjectResult.Failed(error);
        }

        next = admitted.Object ?? next;
        if (dryRun)
        {
            return new ObjectResult { Object = next.WithRevision(current?.Revision ?? 0) };
        }

        var (failure, revision) = await WriteAsync(kind, next.Document);
        await admission.SettleAsync(key, admitted, revision);
        if (failure is not null)
        {
            return ObjectResult.Failed(failure);
        }

        current = next.WithRevision(revision);
        return new ObjectResult { Object = current };
    }

    private async Task<ObjectResult> RemoveAsync(ResourceDescriptor kind, KubeObject lastState, bool dryRun)
    {
        if (dryRun)
        {
            return new ObjectResult { Object = lastState.WithRevision(current!.Revision), Gone = true };
        }

        var (failure, revision) = await WriteAsync(kind, document: null);
        if (failure is not null)
        {
            return ObjectResult.Failed(failure);
        }

        await admission.ReleaseAsync(kind, current!);
        current = null;
        DeactivateOnIdle();
        return new ObjectResult { Object = lastState.WithRevision(revision), Gone = true };
    }

    private async Task<(ApiStatus? Failure, long Revision)> WriteAsync(ResourceDescriptor kind, ReadOnlyMemory<byte>? document)
    {
        var write = new StoreWrite(key.ToString(), current?.Revision ?? 0, document);
        try
        {
            var outcome = (await store.CommitAsync([write]))[0];
            if (outcome.Committed)
            {
                return (null, outcome.Revision);
            }
        }
        catch (StoreUnavailableException error)
        {
            LogStoreUnavailable(error, key);
            return (ApiStatus.Unavailable(error.Message), 0);
        }
        catch
        {
            // Whether it was committed, only a new look at the store can tell: the next activation takes it.
            DeactivateOnIdle();
            throw;
        }

        // Somebody else wrote this key: another activation of this grain, which may only be so for a moment.
        LogConflict(key, write.ExpectedRevision);
        DeactivateOnIdle();
        await ReloadAsync(CancellationToken.None);
        return (write.ExpectedRevision == 0 ? ApiStatus.AlreadyExists(kind, key.Name) : ApiStatus.StaleRevision(kind, key.Name), 0);
    }

    private async Task ReloadAsync(CancellationToken cancellationToken)
    {
        var stored = await store.ReadAsync(key.ToString(), cancellationToken);

        // Where the cache has what is stored, the grain shares it: an object that is looked at is not in memory twice.
        current = stored is null ? null
            : cache.Get(key) is { } cached && cached.Revision == stored.Revision ? cached
            : new KubeObject(key, stored.Revision, stored.Document);
    }

    private ObjectResult Missing()
    {
        DeactivateOnIdle();
        return ObjectResult.Failed(resource is null ? UnknownKind() : ApiStatus.NotFound(resource, key.Name));
    }

    private static ApiStatus UnknownKind() => new(404, "NotFound", "the server could not find the requested resource");
}
