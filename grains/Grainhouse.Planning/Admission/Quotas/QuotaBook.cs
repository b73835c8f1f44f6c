using System.Collections.Immutable;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Planning.Admission.Quotas;

/// <summary>What has been promised of a quota to a write that is not seen yet.</summary>
/// <param name="Id">Names the write: the object's uid and the revision that it replaces.</param>
/// <param name="Key">The object that is written.</param>
/// <param name="Uid">Its uid.</param>
/// <param name="Creates">Whether the object is new, so that its being there shows that the write was made.</param>
/// <param name="Quotas">The quotas that count it.</param>
/// <param name="Amounts">What the write adds.</param>
/// <param name="At">When it was promised.</param>
public sealed record QuotaHold(
    string Id, ObjectKey Key, string Uid, bool Creates, ImmutableArray<string> Quotas, ResourceAmounts Amounts, DateTimeOffset At)
{
    /// <summary>The revision at which the write was committed; 0 if that has not been told.</summary>
    public long Revision { get; init; }
}

/// <summary>The account of a namespace's quotas at one moment: what its objects use, and what is promised.</summary>
/// <remarks>
/// The promises are looked through before the objects are counted. So a write that becomes visible in between is counted twice for
/// this once, and none is ever counted not at all.
/// </remarks>
public sealed class QuotaBook
{
    /// <summary>How long a promise stands of whose write nothing was heard: longer than any write can be under way.</summary>
    public static readonly TimeSpan HoldTimeout = TimeSpan.FromMinutes(2);

    private readonly Dictionary<string, (QuotaView Quota, ResourceAmounts Used)> quotas = new(StringComparer.Ordinal);

    private QuotaBook()
    {
    }

    /// <summary>Whether a write is seen in the cache, or will never be.</summary>
    public static bool IsOver(QuotaHold hold, IObjectCache cache, DateTimeOffset now) =>
        (hold.Revision > 0 && cache.Revision >= hold.Revision)
        || (hold.Creates && cache.Get(hold.Key) is { } made && made.Header.Uid == hold.Uid)
        || now - hold.At >= HoldTimeout;

    /// <summary>Counts.</summary>
    /// <param name="cache">Its objects are counted.</param>
    /// <param name="namespace">The namespace.</param>
    /// <param name="holds">The promises that still stand.</param>
    /// <param name="now">The time.</param>
    public static QuotaBook Open(IObjectCache cache, string @namespace, IEnumerable<QuotaHold> holds, DateTimeOffset now)
    {
        var book = new QuotaBook();
        foreach (var quota in cache.List(ResourceCatalog.ResourceQuotas.QualifiedName, @namespace).Items)
        {
            book.quotas[quota.Key.Name] = (QuotaView.Of(quota), QuotaUse.Count(cache, QuotaView.Of(quota), now).Used);
        }

        foreach (var hold in holds)
        {
            book.Add(hold);
        }

        return book;
    }

    /// <summary>Says why a write would exceed a quota, in upstream's words; null if it would not.</summary>
    public string? WhyNot(QuotaHold asked)
    {
        foreach (var name in asked.Quotas)
        {
            if (!quotas.TryGetValue(name, out var account))
            {
                continue;
            }

            var exceeded = account.Quota.Hard
                .Where(hard => asked.Amounts.TryGetValue(hard.Key, out var more) && account.Used.GetValueOrDefault(hard.Key) + more > hard.Value)
                .Select(hard => hard.Key)
                .ToList();
            if (exceeded.Count > 0)
            {
                return $"exceeded quota: {name}, requested: {List(asked.Amounts, exceeded)}, used: {List(account.Used, exceeded)}, limited: {List(account.Quota.Hard, exceeded)}";
            }
        }

        return null;
    }

    /// <summary>Enters a promise.</summary>
    public void Add(QuotaHold hold)
    {
        foreach (var name in hold.Quotas)
        {
            if (quotas.TryGetValue(name, out var account))
            {
                account.Used.Add(hold.Amounts, onlyWhereKnown: true);
            }
        }
    }

    private static string List(ResourceAmounts amounts, List<string> names) =>
        string.Join(",", names.Select(name => $"{name}={amounts.GetValueOrDefault(name)}"));
}
