using Grainhouse.Interfaces.Objects;

namespace Grainhouse.Planning.Events;

/// <summary>Turns drafts into Events: equal ones are counted, similar ones combined, floods cut. After upstream's EventCorrelator.</summary>
/// <remarks>
/// Holds only what it can lose: after a restart it makes new Events. Reads no clock and draws no chance but what is passed in.
/// Not safe for use by two threads at once.
/// </remarks>
public sealed class EventAggregator
{
    /// <summary>Upstream's cache size: what is remembered beyond it is forgotten from its oldest end.</summary>
    public const int Remembered = 4096;

    /// <summary>How long an Event is kept after it last happened.</summary>
    public static readonly TimeSpan TimeToLive = TimeSpan.FromHours(1);

    private const int MaxSimilar = 10;
    private static readonly TimeSpan SimilarInterval = TimeSpan.FromMinutes(10);

    private readonly Recent<(string Uid, ObjectKey About, string Component, string Host), SpamBudget> budgets = new(Remembered);
    private readonly Recent<SimilarKey, Similar> similar = new(Remembered);
    private readonly Recent<(SimilarKey, string), Counted> counted = new(Remembered);

    /// <summary>Takes a draft. Returns null if its source has told too much of its object.</summary>
    /// <param name="draft">What happened.</param>
    /// <param name="about">The object it happened to, if it is known.</param>
    /// <param name="now">When.</param>
    /// <param name="random">Tells names of one moment apart.</param>
    public EventWrite? Record(EventDraft draft, KubeObject? about, DateTimeOffset now, Random random)
    {
        var source = (draft.AboutUid, draft.About, draft.Component, draft.Host);
        if (!budgets.GetOrAdd(source, () => new SpamBudget(now)).TrySpend(now))
        {
            return null;
        }

        var key = new SimilarKey(draft.AboutUid, draft.About, draft.FieldPath, draft.Component, draft.Host, draft.Type, draft.Reason);
        var group = similar.GetOrAdd(key, () => new Similar());
        if (now - group.Last > SimilarInterval)
        {
            group.Messages.Clear();
        }

        group.Last = now;
        group.Messages.Add(draft.Message);
        var combined = group.Messages.Count >= MaxSimilar;
        var message = combined ? $"(combined from similar events): {draft.Message}" : draft.Message;
        if (combined)
        {
            // One more message is one too many: the set need not grow any further.
            group.Messages.Remove(group.Messages.First());
            group.Messages.Add(draft.Message);
        }

        return Count((key, combined ? "" : draft.Message), draft with { Message = message }, about, now, random);
    }

    private EventWrite Count((SimilarKey, string) key, EventDraft draft, KubeObject? about, DateTimeOffset now, Random random)
    {
        if (counted.TryGet(key, out var known) && now - known.Last < TimeToLive)
        {
            known.Count++;
            known.Last = now;
            return new EventWrite(
                known.Key, EventDocument.Make(draft, known.Key, about, known.First, now, known.Count), EventDocument.CountUp(draft.Message, now, known.Count));
        }

        var fresh = new Counted(EventDocument.NewKey(draft, now, random), now);
        counted.Set(key, fresh);
        return new EventWrite(fresh.Key, EventDocument.Make(draft, fresh.Key, about, now, now, 1), null);
    }

    private sealed record SimilarKey(string Uid, ObjectKey About, string FieldPath, string Component, string Host, string Type, string Reason);

    private sealed class Similar
    {
        public HashSet<string> Messages { get; } = new(StringComparer.Ordinal);

        public DateTimeOffset Last { get; set; }
    }

    private sealed class Counted(ObjectKey key, DateTimeOffset first)
    {
        public ObjectKey Key { get; } = key;

        public DateTimeOffset First { get; } = first;

        public DateTimeOffset Last { get; set; } = first;

        public int Count { get; set; } = 1;
    }
}
