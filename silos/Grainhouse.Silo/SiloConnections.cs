using System.Collections.Concurrent;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Grainhouse.Silo;

/// <summary>The open connections to other silos: those of one that is declared dead are broken at once, and none is made again.</summary>
/// <remarks>
/// Orleans leaves a dead silo's connections open for some seconds. One that was frozen meanwhile would go on with what it had in
/// mind, and have it done by grains of living silos, where the store's fence does not reach.
/// </remarks>
internal sealed class SiloConnections(IServiceProvider services) : BackgroundService
{
    private readonly ConcurrentDictionary<ConnectionContext, SiloAddress> open = new();

    /// <summary>A connection was made.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="peer">Who is at its other end; null where that silo's version does not say.</param>
    /// <exception cref="ConnectionAbortedException">The peer is dead.</exception>
    public void Add(ConnectionContext connection, SiloAddress? peer)
    {
        if (peer is null)
        {
            return;
        }

        // Kept before it is judged: a death that is learnt in between breaks it.
        open[connection] = peer;
        if (IsDead(Membership.CurrentSnapshot, peer))
        {
            throw new ConnectionAbortedException($"silo {peer} is dead");
        }
    }

    /// <summary>A connection has ended. Safe to repeat.</summary>
    public void Remove(ConnectionContext connection) => open.TryRemove(connection, out _);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await foreach (var snapshot in Membership.MembershipUpdates.WithCancellation(stoppingToken))
            {
                foreach (var (connection, peer) in open)
                {
                    if (IsDead(snapshot, peer))
                    {
                        connection.Abort(new ConnectionAbortedException($"silo {peer} is dead"));
                    }
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The silo ends, and with it its connections.
        }
    }

    // Asked for late: the membership is made with the engine, whose connections are made through this.
    private IClusterMembershipService Membership => services.GetRequiredService<IClusterMembershipService>();

    private static bool IsDead(ClusterMembershipSnapshot snapshot, SiloAddress silo) => snapshot.GetSiloStatus(silo) == SiloStatus.Dead;
}
