using Grainhouse.Gateway.Computed;
using Grainhouse.Gateway.Requests;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Gateway.Objects;

/// <summary>A page of a list.</summary>
/// <param name="Revision">The revision that the page shows.</param>
/// <param name="Items">The selected objects, in key order.</param>
/// <param name="Next">Where the next page begins; null if this is the last one.</param>
internal sealed record ListPage(long Revision, IReadOnlyCollection<KubeObject> Items, ContinueToken? Next);

/// <summary>What became of reading a page.</summary>
/// <param name="Page">The page; null with an error.</param>
/// <param name="Error">The error.</param>
/// <param name="Continue">With 410: a token that goes on at the newest state.</param>
internal readonly record struct ListOutcome(ListPage? Page, ApiStatus? Error, string Continue = "");

/// <summary>Reads pages of lists: from the silo's cache, or from the store where an older revision is asked for.</summary>
internal sealed class ListReader(IObjectCache cache, IObjectStore store, ComputedObjects computed)
{
    private const int ScanSize = 500;

    /// <summary>Reads the page that a query asks for.</summary>
    public async ValueTask<ListOutcome> ReadAsync(ResourceDescriptor resource, string? @namespace, ListQuery query, CancellationToken cancellationToken)
    {
        if (computed.Owns(resource))
        {
            return new ListOutcome(Take(await computed.ListAsync(resource, @namespace, cancellationToken), query), null);
        }

        if (query.Continue is { Revision: not ContinueToken.Newest } token)
        {
            return await ReadAtAsync(resource, @namespace, query, token.Revision, cancellationToken);
        }

        if (query.Revision is null or > 0)
        {
            // A cache that is ahead of what was asked for needs no look at the store.
            if (query.Revision is not { } wanted || cache.Revision < wanted)
            {
                await cache.CatchUpAsync(cancellationToken);
            }

            if (query.Revision is { } asked)
            {
                if (cache.Revision < asked)
                {
                    return new ListOutcome(null, Refusals.FutureRevision(asked, cache.Revision));
                }

                if (query.Exact && cache.Revision != asked)
                {
                    return await ReadAtAsync(resource, @namespace, query, asked, cancellationToken);
                }
            }
        }

        var snapshot = cache.List(resource.Stored.QualifiedName, @namespace);
        if (query.Limit <= 0 && query.SelectsEverything && query.Continue is null)
        {
            return new ListOutcome(new ListPage(snapshot.Revision, snapshot.Items, null), null);
        }

        return new ListOutcome(Take(snapshot, query), null);
    }

    private static ListPage Take(ObjectList snapshot, ListQuery query)
    {
        var after = query.Continue?.LastKey;
        var items = new List<KubeObject>();
        var passed = 0L;
        foreach (var item in snapshot.Items)
        {
            passed++;
            if ((after is not null && string.CompareOrdinal(item.Key.ToString(), after) <= 0) || !query.Matches(item))
            {
                continue;
            }

            if (query.Limit > 0 && items.Count == query.Limit)
            {
                var remaining = query.SelectsEverything ? snapshot.Items.Count - passed + 1 : -1;
                return new ListPage(snapshot.Revision, items, new ContinueToken(snapshot.Revision, items[^1].Key.ToString(), remaining));
            }

            items.Add(item);
        }

        return new ListPage(snapshot.Revision, items, null);
    }

    private async ValueTask<ListOutcome> ReadAtAsync(ResourceDescriptor resource, string? @namespace, ListQuery query, long revision, CancellationToken cancellationToken)
    {
        var prefix = ObjectKey.Prefix(resource.Stored.QualifiedName, @namespace);
        var token = query.Continue;
        var after = token?.LastKey;
        if (after is not null && !after.StartsWith(prefix, StringComparison.Ordinal))
        {
            return new ListOutcome(null, ApiStatus.BadRequest("continue key is not valid: it belongs to another list"));
        }

        var items = new List<KubeObject>();
        try
        {
            while (true)
            {
                var size = query.Limit > 0 ? (int)Math.Clamp(query.Limit - items.Count + 1, 1, ScanSize) : ScanSize;
                var page = await store.ScanAsync(prefix, revision, after, size, cancellationToken);
                foreach (var document in page.Items)
                {
                    after = document.Key;
                    var item = new KubeObject(ObjectKey.Parse(document.Key), document.Revision, document.Document);
                    if (!query.Matches(item))
                    {
                        continue;
                    }

                    if (query.Limit > 0 && items.Count == query.Limit)
                    {
                        var remaining = token is { Remaining: > 0 } && query.SelectsEverything ? token.Remaining - items.Count : -1;
                        return new ListOutcome(new ListPage(revision, items, new ContinueToken(revision, items[^1].Key.ToString(), remaining)), null);
                    }

                    items.Add(item);
                }

                if (!page.More || page.Items.IsEmpty)
                {
                    return new ListOutcome(new ListPage(revision, items, null), null);
                }
            }
        }
        catch (RevisionCompactedException gone)
        {
            return token is null
                ? new ListOutcome(null, Refusals.TooOld(gone.Asked, gone.Oldest))
                : new ListOutcome(null, ApiStatus.Expired(ExpiredWords), (token with { Revision = ContinueToken.Newest, Remaining = -1 }).Encode());
        }
    }

    private const string ExpiredWords =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue "
        + "parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided "
        + "token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was "
        + "returned and now may show up in the list.";
}
