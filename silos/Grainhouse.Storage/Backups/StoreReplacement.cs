using Grainhouse.Storage.Postgres;
using Grainhouse.Storage.Sqlite;

namespace Grainhouse.Storage.Backups;

/// <summary>New content for a store, taken over as a whole by <see cref="CommitAsync"/>; without it nothing is changed.</summary>
internal abstract class StoreReplacement : IAsyncDisposable
{
    /// <summary>Shuts silos out and begins.</summary>
    /// <param name="options">The store; it is made if it is not there.</param>
    /// <param name="replace">Whether what is in the store may go.</param>
    /// <param name="floor">All documents get higher revisions than this, and than the store's own newest.</param>
    /// <param name="time">Dates the documents.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="StorageStartException">The store is in use, is not empty, or cannot be written.</exception>
    public static async Task<StoreReplacement> BeginAsync(StorageOptions options, bool replace, long floor, TimeProvider time, CancellationToken cancellationToken)
    {
        if (options.FindFault() is { } fault)
        {
            throw new StorageStartException(fault);
        }

        return options.Database is { } database
            ? await PostgresReplacement.BeginAsync(database, replace, floor, time, cancellationToken)
            : SqliteReplacement.Begin(options, replace, floor, time);
    }

    /// <summary>Adds a document. Keys come in order and once.</summary>
    /// <exception cref="StorageStartException">The store cannot hold it, or cannot be written.</exception>
    public abstract Task AddAsync(string key, ReadOnlyMemory<byte> document, CancellationToken cancellationToken);

    /// <summary>Makes what was added the store's content, durably. Watches from before end as expired.</summary>
    /// <returns>The store's newest revision.</returns>
    /// <exception cref="StorageStartException">The store cannot be written.</exception>
    public abstract Task<long> CommitAsync(CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    /// <summary>The refusal of a store that holds something.</summary>
    protected static StorageStartException NotEmpty(string name) =>
        new($"{name} is not empty. Nothing was changed; say --replace if what is in it may go.");
}
