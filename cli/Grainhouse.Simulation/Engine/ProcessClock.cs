namespace Grainhouse.Simulation.Engine;

/// <summary>A process's view of the loop's time.</summary>
internal sealed class ProcessClock(EventLoop loop, Process machine) : TimeProvider
{
    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => loop.Now + machine.ClockError;

    public override long GetTimestamp() => loop.Now.Ticks;

    /// <summary>Makes a timer that fires in the process that makes it, and dies with it.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new LoopTimer(loop, SynchronizationContext.Current as Process ?? machine, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class LoopTimer(EventLoop loop, Process owner, TimerCallback callback, object? state) : ITimer
    {
        private int setting;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            var mine = ++setting;
            if (dueTime != Timeout.InfiniteTimeSpan)
            {
                Plan(mine, dueTime, period);
            }

            return true;
        }

        public void Dispose() => setting++;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Plan(int mine, TimeSpan delay, TimeSpan period) => loop.After(delay, owner, () =>
        {
            if (mine != setting)
            {
                return;
            }

            if (period > TimeSpan.Zero)
            {
                Plan(mine, period, period);
            }

            callback(state);
        });
    }
}
