using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Admission.Quotas;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Grains.Quotas;

/// <summary>Promises what is left of a namespace's quotas, to many writers at once.</summary>
/// <remarks>
/// What objects use it reads from the cache; what it has promised to writes that are not seen there yet it keeps, in a document that is
/// committed before the promise is given. So its successor on another silo knows of them, and of two activations only one can
/// promise. Writers that ask while a commit is under way share the next one.
/// </remarks>
[GrainType("quota")]
internal sealed partial class QuotaGrain(IObjectStore store, IObjectCache cache, TimeProvider clock, ILogger<QuotaGrain> logger) : Grain, IQuotaGrain
{
    // A write that becomes visible while it is counted is counted twice: who is refused for that is looked at again.
    private const int Looks = 3;

    private readonly Dictionary<string, QuotaHold> holds = new(StringComparer.Ordinal);
    private List<Ask> waiting = [];
    private Task? round;
    private long revision;

    private string Namespace => this.GetPrimaryKeyString();

    private string DocumentKey => $"_quotas/{Namespace}";

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (await store.ReadAsync(DocumentKey, cancellationToken) is { } saved)
        {
            revision = saved.Revision;
            foreach (var hold in QuotaHoldDocument.Read(saved.Document))
            {
                holds[hold.Id] = hold;
            }
        }

        // What the activation before saw and gave back, this one must see too.
        await cache.CatchUpAsync(cancellationToken);
    }

    public async Task<ApiStatus?> ReserveAsync(KubeObject next, KubeObject? current, bool dryRun)
    {
        if (QuotaCharge.Of(cache, current, next, clock.GetUtcNow()) is not { } hold)
        {
            return null;
        }

        var ask = new Ask(hold, dryRun);
        waiting.Add(ask);
        while (!ask.Answer.Task.IsCompleted)
        {
            // Whoever finds no round under way begins one, for all that wait.
            await (round ?? BeginRoundAsync());
        }

        return await ask.Answer.Task is { } why ? ApiStatus.Forbidden(ResourceCatalog.Find(next.Key.Resource)!, next.Key.Name, why) : null;
    }

    public Task SettleAsync(string id, long revision)
    {
        if (revision == 0)
        {
            holds.Remove(id);
        }
        else if (holds.TryGetValue(id, out var hold))
        {
            holds[id] = hold with { Revision = revision };
        }

        return Task.CompletedTask;
    }

    public async Task ForgetAsync(string gone)
    {
        if (revision > 0 && round is null && cache.List(ResourceCatalog.ResourceQuotas.QualifiedName, Namespace).Items.All(quota => quota.Key.Name == gone))
        {
            holds.Clear();
            await store.CommitAsync([StoreWrite.Deletion(DocumentKey, revision)]);
            DeactivateOnIdle();
        }
    }

    private Task BeginRoundAsync()
    {
        var begun = RoundAsync();
        round = begun.IsCompleted ? null : begun;
        return begun;
    }

    private async Task RoundAsync()
    {
        var batch = waiting;
        waiting = [];
        try
        {
            await DecideAsync(batch);
        }
        catch (Exception error)
        {
            // Each asker hears it, as if it had asked alone; what was promised in this round nobody has heard of.
            foreach (var ask in batch.Where(ask => ask.Answer.TrySetException(error)))
            {
                holds.Remove(ask.Hold.Id);
            }
        }
        finally
        {
            round = null;
        }
    }

    private async Task DecideAsync(List<Ask> batch)
    {
        var refused = batch.ConvertAll(ask => (Ask: ask, Why: ""));
        var promised = new List<Ask>();
        for (var look = 0; look < Looks && refused.Count > 0; look++)
        {
            if (look > 0)
            {
                await cache.CatchUpAsync();
            }

            refused = Look(refused.ConvertAll(item => item.Ask), promised);
        }

        if (promised.Exists(ask => !ask.DryRun))
        {
            await SaveAsync();
        }

        promised.ForEach(ask => ask.Answer.TrySetResult(null));
        refused.ForEach(item => item.Ask.Answer.TrySetResult(item.Why));
    }

    /// <summary>One look at the account; returns who is refused, and why.</summary>
    private List<(Ask Ask, string Why)> Look(List<Ask> asks, List<Ask> promised)
    {
        var now = clock.GetUtcNow();
        foreach (var over in holds.Values.Where(hold => QuotaBook.IsOver(hold, cache, now)).ToList())
        {
            holds.Remove(over.Id);
        }

        var book = QuotaBook.Open(cache, Namespace, holds.Values, now);
        var refused = new List<(Ask, string)>();
        foreach (var ask in asks)
        {
            if (book.WhyNot(ask.Hold) is { } why)
            {
                refused.Add((ask, why));
                continue;
            }

            promised.Add(ask);
            if (!ask.DryRun)
            {
                holds[ask.Hold.Id] = ask.Hold;
                book.Add(ask.Hold);
            }
        }

        return refused;
    }

    private async Task SaveAsync()
    {
        var write = new StoreWrite(DocumentKey, revision, QuotaHoldDocument.Write(holds.Values));
        var outcome = (await store.CommitAsync([write]))[0];
        if (!outcome.Committed)
        {
            LogConflict(Namespace, revision);
            DeactivateOnIdle();
            throw new StoreUnavailableException($"the quotas of namespace {Namespace} are looked after elsewhere by now");
        }

        revision = outcome.Revision;
    }

    [LoggerMessage(2010, LogLevel.Warning, "The quotas of {Namespace} were promised by another activation since revision {Revision}; this one gives way")]
    private partial void LogConflict(string @namespace, long revision);

    private sealed record Ask(QuotaHold Hold, bool DryRun)
    {
        public TaskCompletionSource<string?> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
