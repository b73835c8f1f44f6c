using Grainhouse.Grains.Members;
using Grainhouse.Grains.Reconciling;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Wakes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Grains.Startup;

/// <summary>Follows the changes of all objects and wakes the reconcilers that they concern.</summary>
/// <remarks>
/// Each silo wakes only what it owns among the active ones. When a silo starts, and when the active silos are others than before,
/// every object counts as new: one look at all brings back what a crash interrupted, and the grains that died with their silo.
/// After that only changes wake anyone, so an idle cluster does nothing.
/// </remarks>
internal sealed partial class ChangeRouter(
    IObjectCache cache,
    IGrainFactory grains,
    ClusterMembers members,
    TimeProvider clock,
    ILogger<ChangeRouter> logger) : BackgroundService
{
    // A look at a million objects takes seconds, and the silo has few threads: others' work gets its turn between the parts.
    private const int LookSize = 2_000;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);

    private readonly List<Wake> wakes = [];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => RunAsync(stoppingToken);

    /// <summary>Routes until cancelled.</summary>
    internal async Task RunAsync(CancellationToken stoppingToken)
    {
        var queue = new WakeQueue(grains, clock, logger, stoppingToken);
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(queue, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (RevisionCompactedException error)
            {
                // So far behind that history is gone: begin anew with a look at all.
                LogFellBehind(error);
            }
            catch (StoreUnavailableException error)
            {
                LogStoreAway(error.Message);
                await Task.Delay(RetryDelay, clock, stoppingToken)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    /// <summary>Looks at everything, then follows, until other silos are active.</summary>
    private async Task FollowAsync(WakeQueue queue, CancellationToken cancellationToken)
    {
        var owners = members.Current;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changed = members.ChangedAsync(owners, end.Token);
        var following = FollowAsync(queue, owners, end.Token);
        await Task.WhenAny(changed, following);
        End(end);
        await changed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        try
        {
            await following;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The caller begins again, with the new owners.
        }
    }

    // In place, not on a thread of the pool as CancelAsync does: the simulator has no such thread, and nothing here takes long.
    private static void End(CancellationTokenSource end) => end.Cancel();

    private async Task FollowAsync(WakeQueue queue, MemberSet owners, CancellationToken cancellationToken)
    {
        var index = new WakeIndex();
        await cache.CatchUpAsync(cancellationToken);
        var revision = cache.Revision;
        foreach (var some in ResourceCatalog.All.SelectMany(resource => cache.List(resource.QualifiedName).Items).Chunk(LookSize))
        {
            await Task.Yield();
            foreach (var item in some)
            {
                Route(index, new ObjectChange(ChangeKind.Added, item, Previous: null), queue, owners);
                await queue.GiveWayAsync(cancellationToken);
            }
        }

        await foreach (var batch in cache.WatchAsync(revision, resource: null, @namespace: null, cancellationToken))
        {
            foreach (var change in batch.Changes)
            {
                Route(index, change, queue, owners);
            }
        }
    }

    private void Route(WakeIndex index, ObjectChange change, WakeQueue queue, MemberSet owners)
    {
        wakes.Clear();
        index.Apply(change, cache, wakes);
        foreach (var wake in wakes)
        {
            // A silo that is alone need not even make the grain's id.
            if (owners.IsAlone || owners.Owns(ReconcilerGrains.IdOf(wake)))
            {
                queue.Enqueue(wake, change.Object.Revision);
            }
        }
    }

    [LoggerMessage(2202, LogLevel.Warning, "The change router fell behind the history that is kept; it looks at everything again")]
    private partial void LogFellBehind(Exception error);

    [LoggerMessage(2203, LogLevel.Warning, "The change router waits for the store: {Reason}")]
    private partial void LogStoreAway(string reason);
}
