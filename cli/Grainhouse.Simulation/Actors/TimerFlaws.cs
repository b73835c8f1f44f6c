namespace Grainhouse.Simulation.Actors;

/// <summary>What the engine's timers may do wrong; these do nothing wrong. Mutations of the simulator's own tests override it.</summary>
internal class TimerFlaws
{
    /// <summary>Whether a timer that is registered never fires.</summary>
    public virtual bool Loses(Activation activation) => false;
}
