using Grainhouse.Storage;
using Microsoft.Extensions.Hosting;

namespace Grainhouse.Silo;

/// <summary>Opens the store and fills the cache before anything that reads them starts.</summary>
internal sealed class StorageService(IStorageStartup storage) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => storage.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
