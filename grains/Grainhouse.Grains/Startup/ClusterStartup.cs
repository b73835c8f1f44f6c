using Grainhouse.Grains.Scheduling;
using Grainhouse.Planning.Scheduling;
using Microsoft.Extensions.Hosting;

namespace Grainhouse.Grains.Startup;

/// <summary>Runs once the engine does: the cluster's own objects, then the singletons that nothing else wakes.</summary>
/// <remarks>A grain whose silo died a moment ago does not answer yet: everything here is safe to repeat, and is.</remarks>
internal sealed class ClusterStartup(IGrainFactory grains, ClusterBootstrap bootstrap, TimeProvider clock) : IHostedService
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(100);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        while (true)
        {
            try
            {
                await bootstrap.RunAsync();
                await grains.GetGrain<ISchedulerGrain>(SchedulerOptions.DefaultName).StartAsync();
                return;
            }
            catch (Exception error) when (error is OrleansException or TimeoutException && clock.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(RetryDelay, clock, cancellationToken);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
