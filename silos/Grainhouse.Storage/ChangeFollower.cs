using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage;

/// <summary>Follows a store's changes: from memory while the reader keeps up, else from the log.</summary>
internal static class ChangeFollower
{
    // A page of the log for a reader that fell behind.
    private const int PageChanges = 500;

    /// <summary>The changes after a revision, in order and each once, until cancelled.</summary>
    /// <exception cref="RevisionCompactedException"><paramref name="after"/> is older than the history that is kept.</exception>
    public static async IAsyncEnumerable<ImmutableArray<StoreChange>> FollowAsync<TStore>(
        RecentChanges recent, TStore store, long after, [EnumeratorCancellation] CancellationToken cancellationToken)
        where TStore : IObjectStore, IObjectHistory
    {
        if (after < store.OldestRevision)
        {
            throw new RevisionCompactedException(after, store.OldestRevision);
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!recent.TryRead(after, out var batch, out var next))
            {
                var page = await store.ReadHistoryAsync("", after, long.MaxValue, PageChanges, cancellationToken);
                after = page.Revision;
                batch = [.. page.Changes.Select(logged => logged.Change)];
            }
            else if (next is not null)
            {
                await next.WaitAsync(cancellationToken);
            }

            if (batch.Length > 0)
            {
                after = batch[^1].Revision;
                yield return batch;
            }
        }
    }
}
