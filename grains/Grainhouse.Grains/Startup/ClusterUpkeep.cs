using Grainhouse.Grains.Members;
using Grainhouse.Grains.Scheduling;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Scheduling;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Grains.Startup;

/// <summary>Whenever other silos are active than before: brings back the singletons that nothing else wakes, and tells where the gateways are.</summary>
internal sealed partial class ClusterUpkeep(
    IGrainFactory grains, ClusterMembers members, ClusterBootstrap bootstrap, TimeProvider clock, ILogger<ClusterUpkeep> logger) : BackgroundService
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // What the present silos need, the start has done.
        var seen = members.Current;
        try
        {
            while (true)
            {
                await members.ChangedAsync(seen, stoppingToken);
                seen = members.Current;
                while (!await TryAsync(seen))
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

    private async Task<bool> TryAsync(MemberSet owners)
    {
        var scheduler = grains.GetGrain<ISchedulerGrain>(SchedulerOptions.DefaultName);
        if (!owners.Owns(scheduler.GetGrainId()))
        {
            return true;
        }

        try
        {
            await scheduler.StartAsync();
            await bootstrap.RefreshEndpointsAsync();
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
