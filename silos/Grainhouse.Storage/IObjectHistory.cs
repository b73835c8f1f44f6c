using System.Collections.Immutable;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage;

/// <summary>A change as the log knows it: with the document that it replaced.</summary>
/// <param name="Change">The change.</param>
/// <param name="PreviousDocument">The document before; null for a creation.</param>
public sealed record LoggedChange(StoreChange Change, ReadOnlyMemory<byte>? PreviousDocument);

/// <summary>A page of the log.</summary>
/// <param name="Revision">The newest revision that the page covers: go on after it.</param>
/// <param name="Changes">The changes, in order.</param>
public sealed record HistoryPage(long Revision, ImmutableArray<LoggedChange> Changes);

/// <summary>The store's log, for readers that are further behind than memory reaches.</summary>
public interface IObjectHistory
{
    /// <summary>Reads changes of keys with a prefix, in order, with what they replaced.</summary>
    /// <param name="prefix">The prefix; empty for all keys.</param>
    /// <param name="after">Only changes with a greater revision.</param>
    /// <param name="upTo">Only changes up to this revision.</param>
    /// <param name="limit">The most changes to return.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="RevisionCompactedException"><paramref name="after"/> is older than the history that is kept.</exception>
    Task<HistoryPage> ReadHistoryAsync(string prefix, long after, long upTo, int limit, CancellationToken cancellationToken = default);
}
