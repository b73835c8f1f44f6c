using Grainhouse.Gateway;
using Grainhouse.Gateway.Security;
using Grainhouse.Interfaces.Storage;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Silo;

/// <summary>Puts the cluster's keys into the store, where they are not yet: a backup then holds all that the cluster needs.</summary>
internal sealed partial class KeyService(IObjectStore store, GatewayOptions gateway, TimeProvider time, ILogger<KeyService> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await SharedKeys.AdoptAsync(store, gateway, time);
        }
        catch (StoreUnavailableException full)
        {
            // A silo whose disk is full still reads, and needs its folder's keys only; the next start tries again.
            LogNotKept(full.Message);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(6003, LogLevel.Warning, "The cluster's keys are not in the store, so they will not be in a backup: {Reason}")]
    private partial void LogNotKept(string reason);
}
