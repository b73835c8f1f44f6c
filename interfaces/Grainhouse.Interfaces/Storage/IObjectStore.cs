using System.Collections.Immutable;

namespace Grainhouse.Interfaces.Storage;

/// <summary>One write of a batch.</summary>
/// <param name="Key">The text form of an object key, or an internal key, which starts with <c>_</c>.</param>
/// <param name="ExpectedRevision">The revision that this write replaces; 0: the key must not exist.</param>
/// <param name="Document">The new document (UTF-8 JSON for objects, any bytes for internal keys); null deletes the key.</param>
/// <remarks>A null <c>byte[]</c> converts to an empty document, not to null: delete with <see cref="Deletion"/>.</remarks>
public sealed record StoreWrite(string Key, long ExpectedRevision, ReadOnlyMemory<byte>? Document)
{
    /// <summary>The deletion of a key at a revision.</summary>
    public static StoreWrite Deletion(string key, long expectedRevision) => new(key, expectedRevision, null);
}

/// <summary>What became of one write.</summary>
/// <param name="Committed">False when the expectation was stale: nothing of this write happened.</param>
/// <param name="Revision">The new revision when committed, else the key's current revision (0: it does not exist).</param>
public readonly record struct WriteOutcome(bool Committed, long Revision);

/// <summary>A document and the revision it was committed at.</summary>
public sealed record StoredDocument(string Key, long Revision, ReadOnlyMemory<byte> Document);

/// <summary>One committed write, as the change feed tells it.</summary>
/// <param name="Key">The key.</param>
/// <param name="Revision">The revision of this change.</param>
/// <param name="Document">The new document; null for a deletion.</param>
/// <param name="PreviousRevision">The revision that it replaced; 0 for a creation.</param>
public sealed record StoreChange(string Key, long Revision, ReadOnlyMemory<byte>? Document, long PreviousRevision);

/// <summary>A page of a scan, in key order (ordinal).</summary>
/// <param name="Revision">The revision that the scan shows.</param>
/// <param name="Items">The documents.</param>
/// <param name="More">Whether documents follow; go on with <c>after</c> = the last item's key and <c>at</c> = <paramref name="Revision"/>.</param>
public sealed record ScanPage(long Revision, ImmutableArray<StoredDocument> Items, bool More);

/// <summary>A revision was asked for that is older than the history that is kept. Clients see 410 Expired.</summary>
public sealed class RevisionCompactedException(long asked, long oldest)
    : Exception($"Revision {asked} is gone: history starts at {oldest}.")
{
    /// <summary>The revision asked for.</summary>
    public long Asked { get; } = asked;

    /// <summary>The oldest revision that the change feed can resume after.</summary>
    public long Oldest { get; } = oldest;
}

/// <summary>The store cannot commit now (disk full, database away). Nothing of the batch happened; ask again.</summary>
[GenerateSerializer, Alias("grainhouse.storeunavailable")]
public sealed class StoreUnavailableException(string message, Exception? cause = null) : Exception(message, cause);

/// <summary>All durable state of the cluster: documents by key, and one order of changes.</summary>
/// <remarks>
/// Committed writes get revisions from one strictly increasing sequence (gaps are allowed), in commit order: a reader that
/// has seen revision r never later sees a new change at or below r. Durable means fsynced: an acknowledged write survives
/// kill -9 and power loss. Every method is safe to call from any thread. The contract is tested by ObjectStoreContract.
/// </remarks>
public interface IObjectStore
{
    /// <summary>Commits writes and returns an outcome for each, in order, once they are durable.</summary>
    /// <remarks>
    /// A write whose expectation is stale fails alone; the others commit. Commits of many callers share a transaction.
    /// Two writes of one key in a batch are applied in order. Cancellation only stops the wait: the commit may still happen.
    /// </remarks>
    /// <exception cref="StoreUnavailableException">Nothing was committed.</exception>
    Task<ImmutableArray<WriteOutcome>> CommitAsync(ImmutableArray<StoreWrite> writes, CancellationToken cancellationToken = default);

    /// <summary>Reads the current document of a key; null if there is none.</summary>
    ValueTask<StoredDocument?> ReadAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Reads the documents whose keys start with a prefix, as of a revision.</summary>
    /// <param name="prefix">The prefix; empty for all keys.</param>
    /// <param name="at">The revision to show; null for the newest.</param>
    /// <param name="after">Only keys behind this one; null from the first.</param>
    /// <param name="limit">The most items to return; 0 for all.</param>
    /// <exception cref="RevisionCompactedException"><paramref name="at"/> is older than the history that is kept.</exception>
    Task<ScanPage> ScanAsync(string prefix, long? at = null, string? after = null, int limit = 0, CancellationToken cancellationToken = default);

    /// <summary>Follows the changes after a revision, in order, in batches as they were committed, until cancelled.</summary>
    /// <exception cref="RevisionCompactedException"><paramref name="after"/> is older than the history that is kept.</exception>
    IAsyncEnumerable<ImmutableArray<StoreChange>> ChangesAsync(long after, CancellationToken cancellationToken = default);

    /// <summary>Learns the newest committed revision from the store itself (a consistent read).</summary>
    ValueTask<long> ReadRevisionAsync(CancellationToken cancellationToken = default);

    /// <summary>The oldest revision that <see cref="ChangesAsync"/> can resume after.</summary>
    long OldestRevision { get; }
}
