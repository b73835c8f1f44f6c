using Grainhouse.Simulation.Actors;
using Grainhouse.Simulation.Agents;
using Grainhouse.Simulation.Storage;

namespace Grainhouse.Simulation;

/// <summary>The seam for deliberate bugs: by default there are none, and the code under test knows nothing of it.</summary>
internal record Flaws
{
    /// <summary>What the store does wrong.</summary>
    public StoreFlaws Store { get; init; } = new();

    /// <summary>What caches do wrong.</summary>
    public CacheFlaws Cache { get; init; } = new();

    /// <summary>What the engine's timers do wrong.</summary>
    public TimerFlaws Timers { get; init; } = new();

    /// <summary>What agents do wrong.</summary>
    public AgentFlaws Agents { get; init; } = new();
}
