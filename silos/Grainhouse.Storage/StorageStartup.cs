namespace Grainhouse.Storage;

/// <summary>Opens the store, then fills the cache from it. Repeated calls share one start.</summary>
internal sealed class StorageStartup(IOpenable store, ObjectCache cache) : IStorageStartup
{
    private readonly Lock gate = new();
    private Task? starting;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            starting ??= StartOnceAsync();
        }

        return starting.WaitAsync(cancellationToken);
    }

    private async Task StartOnceAsync()
    {
        await store.OpenAsync();
        await cache.StartAsync();
    }
}
