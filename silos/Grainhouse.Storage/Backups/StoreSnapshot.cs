using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage.Postgres;
using Grainhouse.Storage.Sqlite;

namespace Grainhouse.Storage.Backups;

/// <summary>All documents of a store as of one revision, read beside whoever serves it: neither waits for the other, however long it takes.</summary>
public abstract class StoreSnapshot : IAsyncDisposable
{
    /// <summary>The revision that it shows.</summary>
    public abstract long Revision { get; }

    /// <summary>Takes a snapshot of the newest revision. The store is not brought to another version by it.</summary>
    /// <exception cref="StorageStartException">There is no store there, or it cannot be read.</exception>
    public static async Task<StoreSnapshot> OpenAsync(StorageOptions options, CancellationToken cancellationToken = default)
    {
        if (options.FindFault() is { } fault)
        {
            throw new StorageStartException(fault);
        }

        return options.Database is { } database ? await PostgresSnapshot.OpenAsync(database, cancellationToken) : SqliteSnapshot.Open(options.Path);
    }

    /// <summary>Reads all documents, in the order of their keys. Once.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read on.</exception>
    public abstract IAsyncEnumerable<StoredDocument> DocumentsAsync(CancellationToken cancellationToken = default);

    /// <summary>Reads one document; null if there is none.</summary>
    /// <exception cref="StoreUnavailableException">The store cannot be read.</exception>
    public abstract Task<StoredDocument?> ReadAsync(string key, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
