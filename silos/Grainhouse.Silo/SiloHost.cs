using Grainhouse.Gateway;
using Grainhouse.Gateway.Health;
using Grainhouse.Gateway.Security;
using Grainhouse.Grains;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Storage;
using Grainhouse.Storage.Backups;
using Grainhouse.Storage.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Grainhouse.Silo;

/// <summary>Puts a silo together: store, engine, grains and doors in one process.</summary>
public static class SiloHost
{
    /// <summary>Makes the silo's host; nothing runs until it is started.</summary>
    /// <exception cref="StorageStartException">The database cannot be used.</exception>
    /// <remarks>
    /// The cluster's keys are taken over from the store first, because everything that is made here needs them.
    /// Hosted services start in the order of their registration, each when the one before it is ready: store and cache, keys, engine,
    /// the cluster's own objects and wake-ups; the doors open last. They stop the other way round, so that what the doors have
    /// taken in is committed.
    /// </remarks>
    public static async Task<WebApplication> CreateAsync(SiloOptions options)
    {
        Directory.CreateDirectory(options.DataDirectory);
        var gateway = GatewayOf(options);
        await TakeKeysAsync(options, gateway);

        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(SiloHost).Assembly.GetName().Name });
        ConfigureLogging(builder.Logging, options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStorage(StorageOf(options));
        builder.Services.AddHostedService<StorageService>();
        builder.Services.AddHostedService<KeyService>();
        AddEngine(builder, options);
        builder.Services.AddGrains(services => GrainsOf(options, services.GetRequiredService<ClusterAuthority>()));
        builder.AddGateway(gateway);
        return builder.Build().MapGateway();
    }

    private static async Task TakeKeysAsync(SiloOptions options, GatewayOptions gateway)
    {
        if (options.Database is not null)
        {
            await using var store = new PostgresObjectStore(StorageOf(options));
            await store.OpenAsync();
            await SharedKeys.AdoptAsync(store, gateway, TimeProvider.System);
        }
        else if (File.Exists(StorageOf(options).Path) && await LookUpAsync(options, SharedKeys.StoreKey) is { } keys)
        {
            SharedKeys.Take(keys, gateway);
        }
    }

    // A look, not an opening: whether its last user was cut off is still to be seen by the one that opens it.
    private static async Task<StoredDocument?> LookUpAsync(SiloOptions options, string key)
    {
        try
        {
            await using var snapshot = await StoreSnapshot.OpenAsync(StorageOf(options));
            return await snapshot.ReadAsync(key);
        }
        catch (Exception unreadable) when (unreadable is StorageStartException or StoreUnavailableException)
        {
            // Opening the file will say what is wrong with it, or make it right.
            return null;
        }
    }

    private static void AddEngine(WebApplicationBuilder builder, SiloOptions options)
    {
        var name = $"{HostAddress.Find()}:{options.Port}";
        if (options.Database is { } database)
        {
            builder.Services.AddSingleton<ClusterPresence>();
            builder.Services.AddHostedService(services => services.GetRequiredService<ClusterPresence>());
            builder.Services.AddSingleton<IReadinessCheck>(services => services.GetRequiredService<ClusterPresence>());
            builder.Services.AddSingleton<IServingCondition>(services => services.GetRequiredService<ClusterPresence>());
            builder.Host.UseOrleans(silo => silo.UseCluster(name, SiloEndpoint.Of(options), database).AddGrainhouse());
            builder.Services.AddHostedService(services => services.GetRequiredService<SiloConnections>());
        }
        else
        {
            builder.Host.UseOrleans(silo => silo.UseSingleSilo(name).AddGrainhouse());
        }

        builder.Services.AddSingleton<IFatalErrorHandler, CondemnedSilo>();
    }

    private static ISiloBuilder AddGrainhouse(this ISiloBuilder silo) => silo.AddObjectStoreGrainStorage("Default").UseObjectStoreReminders();

    private static void ConfigureLogging(ILoggingBuilder logging, SiloOptions options)
    {
        logging.ClearProviders();
        if (options.LogToConsole)
        {
            logging.AddConsoleLines();
        }

        // The engine tells of every step of its life; what concerns an operator are its warnings.
        logging.AddFilter("Orleans", LogLevel.Warning);
        logging.AddFilter("Microsoft", LogLevel.Warning);

        // These warn of what is so by choice (workstation GC, which idles small) or of a busy machine, at every start.
        logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.Scheduler", LogLevel.Error);

        // A silo that dies breaks every connection and call to it, each with its own warning; ClusterPresence says it once.
        logging.AddFilter("Orleans.Runtime.Messaging", LogLevel.Error);
        logging.AddFilter("Orleans.Messaging", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.CallbackData", LogLevel.Error);

        // Orleans runs each placement in a resilience pipeline, which would log two lines for every activation.
        logging.AddFilter("Polly", LogLevel.Error);
    }

    private static StorageOptions StorageOf(SiloOptions options)
    {
        var storage = SiloStorage.Of(options.DataDirectory, options.Database);
        if (options.HistoryRevisions is { } revisions)
        {
            storage.HistoryMinRevisions = revisions;
            storage.HistoryMinAge = TimeSpan.Zero;
        }

        return storage;
    }

    private static GrainOptions GrainsOf(SiloOptions options, ClusterAuthority authority) => new()
    {
        NodeLease = options.NodeLease,
        HeartbeatInterval = options.HeartbeatInterval,
        AuthorityPem = authority.AuthorityPem,
    };

    private static GatewayOptions GatewayOf(SiloOptions options)
    {
        var gateway = new GatewayOptions
        {
            DataDirectory = options.DataDirectory,
            ListenAddress = options.ListenAddress,
            Port = options.Port,
            AdvertisedAddresses = [HostAddress.Find().ToString(), .. options.AdvertisedAddresses],
        };

        // Whoever asks a member of a cluster for what a dead or frozen silo held has an answer within two seconds: this much, and
        // the way there and back.
        return options.Database is null ? gateway : gateway with { Patience = TimeSpan.FromMilliseconds(1_800) };
    }
}
