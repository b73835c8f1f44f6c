using Grainhouse.Grains.Scheduling;
using Microsoft.Extensions.Hosting;

namespace Grainhouse.Grains.Startup;

/// <summary>Runs once the engine does: the cluster's own objects, then the singletons that nothing else wakes.</summary>
internal sealed class ClusterStartup(IGrainFactory grains, ClusterBootstrap bootstrap) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await bootstrap.RunAsync();
        await grains.GetGrain<ISchedulerGrain>("default-scheduler").StartAsync();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
