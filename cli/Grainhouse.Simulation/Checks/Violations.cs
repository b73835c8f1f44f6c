namespace Grainhouse.Simulation.Checks;

/// <summary>The first promise that was found broken.</summary>
internal sealed class Violations(Timeline timeline)
{
    /// <summary>What was broken first; null if nothing was.</summary>
    public string? First { get; private set; }

    /// <summary>Says that a promise is broken.</summary>
    public void Report(string what)
    {
        if (First is null)
        {
            First = what;
            timeline.Note($"VIOLATION: {what}");
        }
    }
}
