using System.Collections.Immutable;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Documents;

namespace Grainhouse.Planning.Events;

/// <summary>Deletes Events that last happened too long ago.</summary>
public static class EventExpiry
{
    private static readonly Func<KubeObject, LastView> Reader = item => new LastView(item);

    /// <summary>When an Event has had its time.</summary>
    public static DateTimeOffset ExpiresAt(KubeObject item) => item.View(Reader).Time + EventAggregator.TimeToLive;

    /// <summary>The deletions that are due, and when the next one is.</summary>
    public static ReconcilePlan Decide(IReadOnlyCollection<KubeObject> events, DateTimeOffset now)
    {
        var actions = ImmutableArray.CreateBuilder<ReconcileAction>();
        DateTimeOffset? next = null;
        foreach (var item in events)
        {
            var at = ExpiresAt(item);
            if (at <= now)
            {
                actions.Add(new ReconcileAction.Delete(item.Key, item.Header.Uid, new DeletionOptions { Uid = item.Header.Uid }));
            }
            else if (next is null || at < next)
            {
                next = at;
            }
        }

        return new ReconcilePlan(actions.ToImmutable(), next);
    }

    /// <summary>When an Event last happened, in the older form or the newer one of <c>events.k8s.io</c>.</summary>
    private sealed class LastView
    {
        public LastView(KubeObject item)
        {
            var document = item.ToMutable();
            Time = document.Object("series").Time("lastObservedTime") ?? document.Time("lastTimestamp") ?? document.Time("eventTime")
                ?? item.Header.CreationTimestamp ?? DateTimeOffset.UnixEpoch;
        }

        public DateTimeOffset Time { get; }
    }
}
