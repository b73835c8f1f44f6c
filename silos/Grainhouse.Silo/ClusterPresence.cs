using Grainhouse.Gateway;
using Grainhouse.Gateway.Health;
using Grainhouse.Interfaces.Versions;
using Grainhouse.Storage;
using Grainhouse.Storage.Postgres.Clustering;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Grainhouse.Silo;

/// <summary>Proves that this silo lives, and sees to it that those that do not leave the membership at once.</summary>
/// <remarks>
/// Starts before the engine: the proof stands before the silo's row does, the rows of silos that were killed are gone before
/// joining asks each of them, and a silo that the others could not work with does not get that far. It stops after the engine,
/// so that a silo that leaves in order is never taken for a dead one.
/// </remarks>
internal sealed partial class ClusterPresence(
    StorageOptions storage, PostgresObjectStore store, ILocalSiloDetails self, IServiceProvider services, TimeProvider clock, ILogger<ClusterPresence> logger)
    : IHostedService, IReadinessCheck, IServingCondition, IDisposable
{
    // A look is one statement of half a millisecond; what it finds, clients have been waiting for.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(250);

    private readonly CancellationTokenSource stop = new();
    private SiloPresence? presence;
    private DeadSilos? dead;
    private Task looking = Task.CompletedTask;

    /// <inheritdoc/>
    public string Name => "membership";

    /// <inheritdoc/>
    /// <remarks>While the store is away nothing that a grain here believes can be checked: others may have gone on without this silo.</remarks>
    public string? Refusal => store.Fault;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var endpoint = self.SiloAddress.Endpoint;
        var key = new MembershipKey(endpoint.Address.ToString(), endpoint.Port, self.SiloAddress.Generation);
        presence = await SiloPresence.TakeAsync(storage.Database!, key, logger, cancellationToken);
        await store.EnterAsync(key, cancellationToken);
        dead = new DeadSilos(storage.Database!, EngineSettings.ClusterId, key, clock, logger);
        await dead.SweepAsync(cancellationToken);
        await SiloVersions.ClaimAsync(storage.Database!, EngineSettings.ClusterId, key, ClusterProtocol.Own, cancellationToken);
        looking = LookAsync(dead);
    }

    /// <inheritdoc/>
    /// <remarks>Asked of the table itself: a silo that was frozen or cut off is the last to hear of its own death.</remarks>
    public async ValueTask<string?> CheckAsync(CancellationToken cancellationToken) =>
        dead is null ? "this silo is only starting" : (SiloStatus?)await dead.ReadOwnStatusAsync(cancellationToken) switch
        {
            SiloStatus.Active => null,
            null => "this silo is not a member of the cluster",
            { } status => $"this silo is {status} in the cluster",
        };

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stop.CancelAsync();
        await looking;
        if (dead is not null)
        {
            await dead.DisposeAsync();
        }

        if (presence is not null)
        {
            await presence.DisposeAsync();
        }
    }

    public void Dispose() => stop.Dispose();

    private async Task LookAsync(DeadSilos dead)
    {
        // Asked for here, because making it starts nothing but needs all that the engine needs.
        var membership = services.GetRequiredService<IClusterMembershipService>();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(LookEvery, clock, stop.Token);
                var version = await dead.SweepAsync(stop.Token);
                var known = membership.CurrentSnapshot;
                if (version > known.Version.Value && known.Members.ContainsKey(self.SiloAddress))
                {
                    await membership.Refresh(new MembershipVersion(version), stop.Token);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error) when (error is NpgsqlException or TimeoutException or OrleansException or OperationCanceledException)
            {
                // The database is away, or the engine is only starting or ending: the next look is soon.
                LogLookFailed(error.Message);
            }
        }
    }

    [LoggerMessage(6001, LogLevel.Debug, "The membership could not be looked at: {Reason}")]
    private partial void LogLookFailed(string reason);
}
