using Grainhouse.Interfaces.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Grainhouse.Storage;

/// <summary>Registers the storage of a silo.</summary>
public static class StorageServiceCollectionExtensions
{
    /// <summary>
    /// Adds the SQLite store as <see cref="IObjectStore"/>, the cache as <see cref="IObjectCache"/>, and <see cref="IStorageStartup"/>,
    /// which must have run before either is used. The container disposes both.
    /// </summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, StorageOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<SqliteObjectStore>();
        services.AddSingleton<IObjectStore>(provider => provider.GetRequiredService<SqliteObjectStore>());
        services.AddSingleton<IObjectHistory>(provider => provider.GetRequiredService<SqliteObjectStore>());
        services.AddSingleton<ObjectCache>();
        services.AddSingleton<IObjectCache>(provider => provider.GetRequiredService<ObjectCache>());
        services.AddSingleton<IStorageStartup, SqliteStorageStartup>();
        return services;
    }
}
