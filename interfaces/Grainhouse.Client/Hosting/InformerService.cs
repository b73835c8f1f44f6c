using Microsoft.Extensions.Hosting;

namespace Grainhouse.Client.Hosting;

/// <summary>Runs an informer as long as its host.</summary>
internal sealed class InformerService<T>(Informer<T> informer) : BackgroundService
    where T : class
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => informer.RunAsync(stoppingToken);
}
