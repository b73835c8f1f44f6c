using Grainhouse.Grains;
using Grainhouse.Grains.Disruptions;
using Grainhouse.Grains.Events;
using Grainhouse.Grains.Members;
using Grainhouse.Grains.Objects;
using Grainhouse.Grains.Quotas;
using Grainhouse.Grains.Reconciling;
using Grainhouse.Grains.Startup;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Simulation.Engine;
using Grainhouse.Simulation.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;

namespace Grainhouse.Simulation.Actors;

/// <summary>One life of a silo: its cache, its services, and the grains that are active on it.</summary>
internal sealed class SimulatedSilo : Process
{
    // The response timeout of a cluster's silos.
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan RestartTime = TimeSpan.FromSeconds(1);

    private readonly Network network;

    public SimulatedSilo(SimulatedCluster cluster, EventLoop loop, Network network, string name, SimulatedMembership membership)
        : base(loop, name)
    {
        Cluster = cluster;
        this.network = network;
        Store = new StoreConnection(cluster.Store, network);
        Cache = new SimulatedCache(cluster.Store, Store, network, cluster.Flaws.Cache);
        GrainFactory = new SimulatedGrainFactory(this);
        Runtime = new SimulatedGrainRuntime(this, loop, cluster.Flaws.Timers);
        Membership = membership;
        Members = new ClusterMembers(membership, membership);
        Events = new EventRecorder();
        Executor = new PlanExecutor(GrainFactory, Events);
        Admission = new ObjectAdmission(Cache, new ServiceAddresses(Store, Cache), new DisruptionBudgets(Cache, GrainFactory), new QuotaAdmission(Cache, GrainFactory));
        Services = new ReconcilerServices(Cache, Executor, cluster.Chance, Clock);
    }

    public SimulatedCluster Cluster { get; }

    public StoreConnection Store { get; }

    public SimulatedCache Cache { get; }

    public SimulatedGrainFactory GrainFactory { get; }

    public SimulatedGrainRuntime Runtime { get; }

    public SimulatedMembership Membership { get; }

    public ClusterMembers Members { get; }

    public EventRecorder Events { get; }

    public PlanExecutor Executor { get; }

    public ObjectAdmission Admission { get; }

    public ReconcilerServices Services { get; }

    public GrainOptions Options { get; } = new();

    /// <summary>Starts what a silo's host starts.</summary>
    public void Start() => Run(() =>
    {
        _ = new ChangeRouter(Cache, GrainFactory, Members, Clock, NullLogger<ChangeRouter>.Instance).RunAsync(CancellationToken.None);
        _ = StartClusterAsync();
    });

    /// <summary>Calls a grain, wherever it is active.</summary>
    public Task<T> CallAsync<T>(GrainId target, bool interleaves, Func<Grain, Task<T>> call, TimeSpan? timeout = null)
    {
        var request = new GrainCall<T>(target, interleaves, call, answer =>
        {
            if (!network.Chance(network.Losses))
            {
                network.Carry(network.Latency(), answer);
            }
        });
        Deliver(request);
        if (network.Chance(network.Doubles))
        {
            Deliver(request);
        }

        network.Carry(timeout ?? CallTimeout, request.TimeOut);
        return request.Result;
    }

    private void Deliver(GrainCall request)
    {
        if (!network.Chance(network.Losses))
        {
            network.Carry(network.Latency(), () => Cluster.Send(this, request));
        }
    }

    private async Task StartClusterAsync()
    {
        var bootstrap = new ClusterBootstrap(GrainFactory, Cache, Members);
        while (!await TryStartAsync(new ClusterStartup(GrainFactory, bootstrap, Clock)))
        {
            await Task.Delay(RestartTime, Clock);
        }

        await new ClusterUpkeep(GrainFactory, Cache, Members, bootstrap, Clock, NullLogger<ClusterUpkeep>.Instance).RunAsync(CancellationToken.None);
    }

    // A start that fails ends the process, and its supervisor starts it again; here the rest of the silo stays.
    private static async Task<bool> TryStartAsync(ClusterStartup startup)
    {
        try
        {
            await startup.StartAsync(CancellationToken.None);
            return true;
        }
        catch (Exception error) when (error is OrleansException or TimeoutException or InvalidOperationException or StoreUnavailableException)
        {
            return false;
        }
    }
}
