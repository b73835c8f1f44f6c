using Grainhouse.Interfaces.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Grainhouse.Storage;

/// <summary>Registers the storage of a silo.</summary>
public static class StorageServiceCollectionExtensions
{
    /// <summary>
    /// Adds the store that the options name as <see cref="IObjectStore"/>, the cache as <see cref="IObjectCache"/>, and
    /// <see cref="IStorageStartup"/>, which must have run before either is used. The container disposes both.
    /// </summary>
    public static IServiceCollection AddStorage(this IServiceCollection services, StorageOptions options) =>
        options.Database is null ? services.AddSqliteStorage(options) : services.AddPostgresStorage(options);

    /// <summary>Adds the SQLite store: see <see cref="AddStorage"/>.</summary>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, StorageOptions options) => services.AddStore<SqliteObjectStore>(options);

    /// <summary>Adds the PostgreSQL store: see <see cref="AddStorage"/>.</summary>
    public static IServiceCollection AddPostgresStorage(this IServiceCollection services, StorageOptions options) => services.AddStore<PostgresObjectStore>(options);

    private static IServiceCollection AddStore<TStore>(this IServiceCollection services, StorageOptions options)
        where TStore : class, IObjectStore, IObjectHistory, IOpenable
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton<TStore>();
        services.AddSingleton<IObjectStore>(provider => provider.GetRequiredService<TStore>());
        services.AddSingleton<IObjectHistory>(provider => provider.GetRequiredService<TStore>());
        services.AddSingleton<ObjectCache>();
        services.AddSingleton<IObjectCache>(provider => provider.GetRequiredService<ObjectCache>());
        services.AddSingleton<IStorageStartup>(provider => new StorageStartup(provider.GetRequiredService<TStore>(), provider.GetRequiredService<ObjectCache>()));
        return services;
    }
}
