using Grainhouse.Grains.Members;
using Grainhouse.Grains.Reconciling;
using Grainhouse.Grains.Scheduling;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Scheduling;
using Grainhouse.Planning.Wakes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Grains.Startup;

/// <summary>
/// Brings back the grains that must be there though nobody calls them: the scheduler, the nodes' own, and the reconcilers and
/// collectors of what is unfinished. Whenever other silos are active than before, tells where the gateways are.
/// </summary>
/// <remarks>
/// The engine may drop such a grain though its silo lives: with the silo that kept its place in the directory, and after a
/// partition in which there were two of it. Then nobody notices that a node's agent has fallen silent, nor replaces its pods, and the
/// timer is lost that a reconciler had set for its next try. So each is looked for now and then too, which costs its owner one call
/// in memory.
/// </remarks>
internal sealed partial class ClusterUpkeep(
    IGrainFactory grains, IObjectCache cache, ClusterMembers members, ClusterBootstrap bootstrap, TimeProvider clock, ILogger<ClusterUpkeep> logger)
    : BackgroundService
{
    // A node's grain that was not there reads all of the node's pods: others' calls get their turn between.
    private const int MostInFlight = 32;

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly GrainId Scheduler = GrainId.Create("scheduler", SchedulerOptions.DefaultName);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>Looks after them until cancelled.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        // What the present silos need, the start has done.
        var seen = members.Current;
        var changed = members.ChangedAsync(seen, stoppingToken);
        var queue = new WakeQueue(grains, clock, logger, stoppingToken);
        try
        {
            while (true)
            {
                await await Task.WhenAny(changed, Task.Delay(LookInterval, clock, stoppingToken));
                var isChanged = changed.IsCompleted;
                seen = members.Current;
                if (isChanged)
                {
                    changed = members.ChangedAsync(seen, stoppingToken);
                }

                WakeUnfinished(seen, queue);
                while (!await TryAsync(seen, isChanged, stoppingToken))
                {
                    await Task.Delay(RetryDelay, clock, stoppingToken);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo ends.
        }
    }

    // A call into an engine that stops may not be answered any more: the silo's end does not wait for it.
    private async Task<bool> TryAsync(MemberSet owners, bool isChanged, CancellationToken stoppingToken)
    {
        try
        {
            if (owners.Owns(Scheduler))
            {
                await grains.GetGrain<ISchedulerGrain>(SchedulerOptions.DefaultName).StartAsync().WaitAsync(stoppingToken);
                if (isChanged)
                {
                    await bootstrap.RefreshEndpointsAsync().WaitAsync(stoppingToken);
                }
            }

            foreach (var some in NodesOf(owners).Chunk(MostInFlight))
            {
                await Task.WhenAll(some.Select(node => grains.GetGrain<INodeGrain>(node).GetLastHeardAsync())).WaitAsync(stoppingToken);
            }

            return true;
        }
        catch (Exception error) when (error is OrleansException or TimeoutException or InvalidOperationException or StoreUnavailableException)
        {
            LogUpkeepFailed(error.Message);
            return false;
        }
    }

    private void WakeUnfinished(MemberSet owners, WakeQueue queue)
    {
        var wakes = new List<Wake>();
        foreach (var resource in ResourceCatalog.All)
        {
            foreach (var item in cache.List(resource.QualifiedName).Items)
            {
                wakes.Clear();
                UnfinishedWork.Add(item, cache, wakes);
                foreach (var wake in wakes)
                {
                    if (owners.Owns(ReconcilerGrains.IdOf(wake)))
                    {
                        queue.Enqueue(wake, item.Revision);
                    }
                }
            }
        }
    }

    private IEnumerable<string> NodesOf(MemberSet owners) => cache.List(ResourceCatalog.Nodes.QualifiedName).Items
        .Select(node => node.Key.Name)
        .Where(name => owners.Owns(GrainId.Create(ReconcilerGrains.Node, name)));

    [LoggerMessage(2210, LogLevel.Information, "The cluster's own objects could not be looked after yet: {Reason}")]
    private partial void LogUpkeepFailed(string reason);
}
