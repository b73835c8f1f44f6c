namespace Grainhouse.Gateway.Fairness;

/// <summary>The requests of one client of a user.</summary>
internal sealed class Flow(string agent, int id)
{
    public string Agent => agent;

    /// <summary>The same for the same client of the same user, also after it was forgotten.</summary>
    public int Id => id;

    public int Executing { get; set; }

    /// <summary>Of those under way, how many do not lapse.</summary>
    public int Working { get; set; }

    public Pace Pace { get; } = new();

    public LinkedList<Waiter> Waiting { get; } = new();
}
