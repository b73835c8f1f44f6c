using Grainhouse.Storage.Postgres.Clustering;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;

namespace Grainhouse.Silo;

/// <summary>All settings of the actor engine, each with its reason.</summary>
internal static class EngineSettings
{
    /// <summary>The one name of the cluster: a database holds one.</summary>
    public const string ClusterId = "grainhouse";

    /// <summary>Configures a silo that is a cluster by itself: membership in memory, no port open to others.</summary>
    public static ISiloBuilder UseSingleSilo(this ISiloBuilder silo, string name)
    {
        // The silo-to-silo port is bound even where there is no other silo; any free one on loopback will do.
        silo.UseLocalhostClustering(FreePort.Next(), gatewayPort: 0, serviceId: ClusterId, clusterId: ClusterId);

        // A call without an answer ends in an error after 10 s, not after Orleans' 30. Shorter would turn a disk that stalls for
        // a moment into errors, and with one silo there is no other that could answer sooner. Rounds of reconcilers, which may
        // create thousands of objects, carry a longer bound on their own method.
        return silo.ApplySettings(name, responseTimeout: TimeSpan.FromSeconds(10));
    }

    /// <summary>Configures a member of a cluster, whose members find each other in a PostgreSQL database.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="name">The silo's name: where its gateway is reached, as <c>host:port</c>.</param>
    /// <param name="endpoint">Where the other silos reach this one.</param>
    /// <param name="database">The database, as the store's options name it.</param>
    public static ISiloBuilder UseCluster(this ISiloBuilder silo, string name, SiloEndpoint endpoint, string database)
    {
        silo.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (ClusterId, ClusterId));
        silo.Configure<EndpointOptions>(options =>
        {
            options.AdvertisedIPAddress = endpoint.Address;
            options.SiloPort = endpoint.Port;
            options.SiloListeningEndpoint = new(endpoint.Address, endpoint.Port);
        });
        silo.UseAdoNetClustering(options =>
        {
            options.Invariant = PostgresClustering.Invariant;
            options.ConnectionString = PostgresClustering.ConnectionString(database);
        });
        silo.Configure<ClusterMembershipOptions>(SetMembership);
        silo.Configure<ActivationRebalancerOptions>(SetRebalancing);
#pragma warning disable ORLEANSEXP002 // Experimental in its options, which stand in one place here; without it a silo that comes back stays empty.
        silo.AddActivationRebalancer();
#pragma warning restore ORLEANSEXP002
        silo.Services.AddSingleton<SiloConnections>();
        silo.Services.AddSingleton<SiloTls>();
        silo.Configure<SiloConnectionOptions>(SiloTls.Configure);

        // An ordinary call is answered in milliseconds. What a dead or frozen silo keeps waiting ends before its caller's patience does.
        return silo.ApplySettings(name, responseTimeout: TimeSpan.FromSeconds(2));
    }

    private static void SetMembership(ClusterMembershipOptions options)
    {
        // A silo that was killed is known to be dead by its lock, within half a second, and a frozen one by its silence, within three
        // (ClusterPresence). Probes are for those whose work hangs, and for those that the others cannot reach: two misses, so that
        // a long garbage collection condemns nobody. The probe's own bound adapts to what is usual between two silos, but not below
        // a second: machines that are shared are slow by turns.
        options.ProbeTimeout = TimeSpan.FromSeconds(1);
        options.MinProbeTimeout = TimeSpan.FromSeconds(1);
        options.MaxProbeTimeout = TimeSpan.FromSeconds(4);
        options.NumMissedProbesLimit = 2;

        // Two silos must agree that a third is dead; where only two are left Orleans asks for one vote.
        options.NumVotesForDeathDeclaration = 2;

        // Probes of a silo that is slow itself say little about others: it gives them more time, and asks through a third.
        options.ExtendProbeTimeoutDuringDegradation = true;
        options.EnableIndirectProbes = true;

        // Gossip and ClusterPresence spread a change at once; this is for what both missed.
        options.TableRefreshTimeout = TimeSpan.FromSeconds(3);
        options.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        options.NumMissedTableIAmAliveLimit = 2;

        // A silo that cannot reach one that seems to live gives up after this, and whoever restarts it lets it try anew.
        options.MaxJoinAttemptTime = TimeSpan.FromMinutes(1);

        // Rows of the dead are of use to an operator for a day; many restarts do not fill the table.
        options.DefunctSiloExpiration = TimeSpan.FromDays(1);
        options.DefunctSiloCleanupPeriod = TimeSpan.FromHours(1);
    }

    private static void SetRebalancing(ActivationRebalancerOptions options)
    {
        // A silo that joins has its share before the next one can well fail: of what is too much elsewhere about a third moves in each
        // cycle. A cycle has to be longer than two of the loads that silos publish, one a second.
        options.RebalancerDueTime = TimeSpan.FromSeconds(5);
        options.SessionCyclePeriod = TimeSpan.FromSeconds(3);
        options.CycleNumberWeight = 1;

        // What a move costs is a read of the store and a round of the directory; so many at once are not felt.
        options.ActivationMigrationCountLimit = 1_000;
    }

    private static ISiloBuilder ApplySettings(this ISiloBuilder silo, string name, TimeSpan responseTimeout)
    {
        silo.Configure<Orleans.Configuration.SiloOptions>(options => options.SiloName = name);

        // Clients of Orleans are none of ours: the gateway is in the silo.
        silo.Configure<EndpointOptions>(options => options.GatewayPort = 0);
        silo.Configure<SiloMessagingOptions>(options =>
        {
            options.ResponseTimeout = responseTimeout;
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
}
