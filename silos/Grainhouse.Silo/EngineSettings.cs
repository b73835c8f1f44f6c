using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace Grainhouse.Silo;

/// <summary>All settings of the actor engine, each with its reason.</summary>
internal static class EngineSettings
{
    /// <summary>Configures a silo that is a cluster by itself: membership in memory, no port open to others.</summary>
    public static ISiloBuilder UseSingleSilo(this ISiloBuilder silo)
    {
        // The silo-to-silo port is bound even where there is no other silo; any free one on loopback will do.
        silo.UseLocalhostClustering(FreeLoopbackPort(), gatewayPort: 0, serviceId: "grainhouse", clusterId: "grainhouse");
        return silo.ApplySettings();
    }

    private static ISiloBuilder ApplySettings(this ISiloBuilder silo)
    {
        silo.Configure<EndpointOptions>(options => options.GatewayPort = 0);

        // A call without an answer ends in an error after 10 s, not after Orleans' 30. Shorter would turn a disk that stalls for
        // a moment into errors, and with one silo there is no other that could answer sooner. Rounds of reconcilers, which may
        // create thousands of objects, carry a longer bound on their own method.
        silo.Configure<SiloMessagingOptions>(options =>
        {
            options.ResponseTimeout = TimeSpan.FromSeconds(10);
            options.SystemResponseTimeout = TimeSpan.FromSeconds(5);
        });

        // An object that nobody touches gives its memory back after two minutes (default 15): the cache still shows it.
        silo.Configure<GrainCollectionOptions>(options =>
        {
            options.CollectionAge = TimeSpan.FromMinutes(2);
            options.CollectionQuantum = TimeSpan.FromSeconds(30);
            options.ActivationTimeout = TimeSpan.FromSeconds(10);
            options.DeactivationTimeout = TimeSpan.FromSeconds(5);
        });

        // Drain: what is being written when the process is told to stop is finished first.
        silo.Services.Configure<Microsoft.Extensions.Hosting.HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
        return silo;
    }

    private static int FreeLoopbackPort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
