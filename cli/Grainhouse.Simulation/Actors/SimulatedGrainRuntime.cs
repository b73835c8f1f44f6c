using Grainhouse.Simulation.Engine;
using Orleans;
using Orleans.Core;
using Orleans.Runtime;
using Orleans.Timers;

namespace Grainhouse.Simulation.Actors;

/// <summary>What grains ask of the engine: timers, and their own end.</summary>
internal sealed class SimulatedGrainRuntime(SimulatedSilo silo, EventLoop loop, TimerFlaws flaws) : IGrainRuntime, ITimerRegistry
{
    public IGrainFactory GrainFactory => silo.GrainFactory;

    public ITimerRegistry TimerRegistry => this;

    public TimeProvider TimeProvider => silo.Clock;

    public string SiloIdentity => silo.Name;

    public SiloAddress SiloAddress => throw new NotSupportedException();

    public IServiceProvider ServiceProvider => throw new NotSupportedException();

    public void DeactivateOnIdle(IGrainContext grainContext) => grainContext.Deactivate(default);

    public void DelayDeactivation(IGrainContext grainContext, TimeSpan timeSpan) => ((Activation)grainContext).Delay(timeSpan);

    public IStorage<TGrainState> GetStorage<TGrainState>(IGrainContext grainContext) => throw new NotSupportedException();

    public IDisposable RegisterTimer(IGrainContext grainContext, Func<object?, Task> callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        throw new NotSupportedException();

    public IGrainTimer RegisterGrainTimer<TState>(
        IGrainContext grainContext, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options)
    {
        var activation = (Activation)grainContext;
        var timer = new Timer(loop, activation, options.Interleave, () => callback(state, CancellationToken.None));
        if (!flaws.Loses(activation))
        {
            timer.Change(options.DueTime, options.Period);
        }

        return timer;
    }

    private sealed class Timer(EventLoop loop, Activation activation, bool interleaves, Func<Task> callback) : IGrainTimer
    {
        private int setting;

        public void Change(TimeSpan dueTime, TimeSpan period)
        {
            var mine = ++setting;
            loop.After(dueTime, activation, () => Fire(mine, period));
        }

        public void Dispose() => setting++;

        private void Fire(int mine, TimeSpan period)
        {
            if (mine != setting || activation.IsLeaving)
            {
                return;
            }

            // As in Orleans, the next period begins when the callback has ended.
            activation.Receive(new GrainCall<bool>(activation.GrainId, interleaves, async _ =>
            {
                try
                {
                    await callback();
                }
                finally
                {
                    if (mine == setting && period > TimeSpan.Zero)
                    {
                        loop.After(period, activation, () => Fire(mine, period));
                    }
                }

                return true;
            }, static answer => answer()));
        }
    }
}
