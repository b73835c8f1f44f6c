namespace Grainhouse.Storage;

/// <summary>Makes the storage ready. The silo awaits it before it starts anything that reads or writes.</summary>
public interface IStorageStartup
{
    /// <summary>Opens, checks and migrates the store and fills the cache. Safe to repeat.</summary>
    /// <exception cref="StorageStartException">The store cannot be opened as it is.</exception>
    Task StartAsync(CancellationToken cancellationToken = default);
}
