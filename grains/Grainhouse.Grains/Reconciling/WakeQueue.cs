using System.Collections.Concurrent;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Planning.Wakes;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Grains.Reconciling;

/// <summary>Wakes reconcilers, each one call at a time: what changes while a reconciler is at work becomes one further call.</summary>
internal sealed partial class WakeQueue(IGrainFactory grains, TimeProvider clock, ILogger logger, CancellationToken stopping)
{
    /// <summary>So many wakes under way leave everyone else's calls their turn: threads take their work in no fair order.</summary>
    private const int Many = 64;

    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SoonDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    // Those under way may all be to a silo that is frozen, and the others' wakes are not to wait for it: after so long they do not count.
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Wake, Slot> slots = new();
    private int running;
    private int stuck;

    /// <summary>Asks for a look at a state that is at least as new as <paramref name="revision"/>.</summary>
    public void Enqueue(Wake target, long revision)
    {
        while (true)
        {
            var slot = slots.GetOrAdd(target, static _ => new Slot());
            lock (slot)
            {
                if (slot.Dead)
                {
                    continue;
                }

                slot.Revision = Math.Max(slot.Revision, revision);
                slot.Dirty = true;
                if (slot.Running)
                {
                    return;
                }

                slot.Running = true;
            }

            Interlocked.Increment(ref running);
            _ = RunAndLeaveAsync(target, slot);
            return;
        }
    }

    /// <summary>Returns once few wakes are under way, or after a second: for one caller that has very many.</summary>
    public async ValueTask GiveWayAsync(CancellationToken cancellationToken)
    {
        stuck = Math.Min(stuck, Volatile.Read(ref running));
        var left = MostWait;
        while (Volatile.Read(ref running) - stuck >= Many)
        {
            if (left <= TimeSpan.Zero)
            {
                stuck = Volatile.Read(ref running);
                return;
            }

            await Task.Delay(Pause, clock, cancellationToken);
            left -= Pause;
        }
    }

    private async Task RunAndLeaveAsync(Wake target, Slot slot)
    {
        await RunAsync(target, slot);
        Interlocked.Decrement(ref running);
    }

    private async Task RunAsync(Wake target, Slot slot)
    {
        while (true)
        {
            long revision;
            lock (slot)
            {
                if (!slot.Dirty)
                {
                    slot.Running = false;
                    slot.Dead = true;
                    slots.TryRemove(target, out _);
                    return;
                }

                slot.Dirty = false;
                revision = slot.Revision;
            }

            try
            {
                await grains.GetGrain<IReconcilerGrain>(ReconcilerGrains.IdOf(target)).WakeAsync(revision);
            }
            catch (Exception) when (stopping.IsCancellationRequested)
            {
                // The engine ends; whoever starts next looks at everything.
                return;
            }
            catch (OrleansException lost)
            {
                // Its silo died or leaves: it comes back on another one.
                LogWakeLost(lost.Message, target.Kind, target.Key);
                await AgainAsync(slot, SoonDelay);
            }
            catch (TimeoutException)
            {
                // At work still, or never asked, or its answer was lost: another look does no harm.
                LogWakeUnanswered(target.Kind, target.Key);
                await AgainAsync(slot, SoonDelay);
            }
            catch (Exception error)
            {
                // The edge of the loop: a reconciler that failed is asked again, and only its own wakes wait.
                LogWakeFailed(error, target.Kind, target.Key);
                await AgainAsync(slot, RetryDelay);
            }
        }
    }

    private Task AgainAsync(Slot slot, TimeSpan delay)
    {
        lock (slot)
        {
            slot.Dirty = true;
        }

        return Task.Delay(delay, clock);
    }

    [LoggerMessage(2201, LogLevel.Error, "The reconciler {Kind} of {Key} failed; it is woken again")]
    private partial void LogWakeFailed(Exception error, ReconcilerKind kind, ObjectKey key);

    [LoggerMessage(2204, LogLevel.Debug, "The reconciler {Kind} of {Key} is out of reach ({Reason}); it is woken again")]
    private partial void LogWakeLost(string reason, ReconcilerKind kind, ObjectKey key);

    [LoggerMessage(2205, LogLevel.Information, "The reconciler {Kind} of {Key} has not answered in time; it is woken again")]
    private partial void LogWakeUnanswered(ReconcilerKind kind, ObjectKey key);

    private sealed class Slot
    {
        public long Revision { get; set; }

        public bool Dirty { get; set; }

        public bool Running { get; set; }

        public bool Dead { get; set; }
    }
}
