using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Planning.Admission.Quotas;

/// <summary>What the objects of a namespace use of a quota.</summary>
/// <param name="Used">One amount for each name of the quota that something is counted by.</param>
/// <param name="ChangesAt">When less is used though nothing changes; null if only a change can matter.</param>
internal readonly record struct QuotaUse(ResourceAmounts Used, DateTimeOffset? ChangesAt)
{
    /// <summary>Counts them.</summary>
    public static QuotaUse Count(IObjectCache cache, QuotaView quota, DateTimeOffset now)
    {
        var used = new ResourceAmounts();
        DateTimeOffset? changesAt = null;
        foreach (var names in quota.NamesByKind)
        {
            if (names.Key is not { } kind)
            {
                continue;
            }

            foreach (var name in names)
            {
                used[name] = Quantity.Zero;
            }

            var items = cache.List(kind, quota.Object.Key.Namespace).Items;
            if (!QuotaNames.CountsOnly(kind))
            {
                changesAt = Earlier(changesAt, AddEach(used, names, items, quota, now));
            }
            else if (quota.Scopes.IsEmpty)
            {
                foreach (var name in names)
                {
                    used[name] = new Quantity(items.Count);
                }
            }
        }

        return new QuotaUse(used, changesAt);
    }

    private static DateTimeOffset? AddEach(
        ResourceAmounts used, IEnumerable<string> names, IReadOnlyCollection<KubeObject> items, QuotaView quota, DateTimeOffset now)
    {
        DateTimeOffset? changesAt = null;
        foreach (var item in items)
        {
            var usage = ObjectUsage.Of(item);
            if (!quota.Scopes.All(usage.IsIn))
            {
                continue;
            }

            var alive = usage.ReleasedAt is not { } end || end > now;
            changesAt = alive ? Earlier(changesAt, usage.ReleasedAt) : changesAt;
            foreach (var name in names)
            {
                if (usage.Always.TryGetValue(name, out var amount) || (alive && usage.WhileAlive.TryGetValue(name, out amount)))
                {
                    used.Increase(name, amount);
                }
            }
        }

        return changesAt;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other : other is null || one < other ? one : other;
}
