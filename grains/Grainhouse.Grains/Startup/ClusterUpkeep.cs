using Grainhouse.Grains.Members;
using Grainhouse.Grains.Scheduling;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Scheduling;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Grains.Startup;

/// <summary>Brings back the singletons that nothing else wakes; whenever other silos are active than before, tells where the gateways are.</summary>
/// <remarks>
/// The engine may drop a singleton though its silo lives: with the silo that kept its place in the directory, and after a
/// partition in which there were two of it. So it is looked for now and then too, which costs its owner one call in memory.
/// </remarks>
internal sealed partial class ClusterUpkeep(
    IGrainFactory grains, ClusterMembers members, ClusterBootstrap bootstrap, TimeProvider clock, ILogger<ClusterUpkeep> logger) : BackgroundService
{
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
        if (!owners.Owns(Scheduler))
        {
            return true;
        }

        try
        {
            await grains.GetGrain<ISchedulerGrain>(SchedulerOptions.DefaultName).StartAsync().WaitAsync(stoppingToken);
            if (isChanged)
            {
                await bootstrap.RefreshEndpointsAsync().WaitAsync(stoppingToken);
            }

            return true;
        }
        catch (Exception error) when (error is OrleansException or TimeoutException or InvalidOperationException or StoreUnavailableException)
        {
            LogUpkeepFailed(error.Message);
            return false;
        }
    }

    [LoggerMessage(2210, LogLevel.Information, "The cluster's own objects could not be looked after yet: {Reason}")]
    private partial void LogUpkeepFailed(string reason);
}
