using Grainhouse.Gateway;
using Grainhouse.Gateway.Security;
using Grainhouse.Grains;
using Grainhouse.Storage;
using Grainhouse.Storage.Grains;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Silo;

/// <summary>Puts a silo together: store, engine, grains and doors in one process.</summary>
public static class SiloHost
{
    /// <summary>Makes the silo's host; nothing runs until it is started.</summary>
    /// <remarks>
    /// Hosted services start in the order of their registration, each when the one before it is ready: store and cache, engine,
    /// the cluster's own objects and wake-ups; the doors open last. They stop the other way round, so that what the doors have
    /// taken in is committed.
    /// </remarks>
    public static WebApplication Create(SiloOptions options)
    {
        Directory.CreateDirectory(options.DataDirectory);
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ApplicationName = typeof(SiloHost).Assembly.GetName().Name });
        ConfigureLogging(builder.Logging, options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddStorage(StorageOf(options));
        builder.Services.AddHostedService<StorageService>();
        builder.Host.UseOrleans(silo => silo.UseSingleSilo().AddObjectStoreGrainStorage("Default").UseObjectStoreReminders());
        builder.Services.AddGrains(services => GrainsOf(options, services.GetRequiredService<ClusterAuthority>()));
        builder.AddGateway(GatewayOf(options));
        return builder.Build().MapGateway();
    }

    private static void ConfigureLogging(ILoggingBuilder logging, SiloOptions options)
    {
        logging.ClearProviders();
        if (options.LogToConsole)
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff ";
            });
        }

        // The engine tells of every step of its life; what concerns an operator are its warnings.
        logging.AddFilter("Orleans", LogLevel.Warning);
        logging.AddFilter("Microsoft", LogLevel.Warning);

        // These warn of what is so by choice (workstation GC, which idles small) or of a busy machine, at every start.
        logging.AddFilter("Orleans.Runtime.Silo", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.Watchdog", LogLevel.Error);
        logging.AddFilter("Orleans.Runtime.Scheduler", LogLevel.Error);

        // Orleans runs each placement in a resilience pipeline, which would log two lines for every activation.
        logging.AddFilter("Polly", LogLevel.Error);
    }

    private static StorageOptions StorageOf(SiloOptions options)
    {
        var storage = new StorageOptions { Path = Path.Combine(options.DataDirectory, "grainhouse.db"), Database = options.Database };
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
        Gateways = [new UriBuilder(Uri.UriSchemeHttps, HostAddress.Find().ToString(), options.Port).Uri],
    };

    private static GatewayOptions GatewayOf(SiloOptions options) => new()
    {
        DataDirectory = options.DataDirectory,
        ListenAddress = options.ListenAddress,
        Port = options.Port,
        AdvertisedAddresses = [HostAddress.Find().ToString(), .. options.AdvertisedAddresses],
    };
}
