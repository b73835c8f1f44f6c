namespace Grainhouse.Gateway.Fairness;

/// <summary>A user's requests.</summary>
internal sealed class User(string name)
{
    // So many clients of one user are told apart; who changes the name in every request gets no more than that user's share.
    private const int MostFlows = 16;

    private readonly Flow?[] flows = new Flow?[MostFlows];

    public string Name => name;

    public int Executing { get; set; }

    public int Waiting { get; set; }

    /// <summary>The flows, null where none was yet.</summary>
    public ReadOnlySpan<Flow?> Flows => flows;

    /// <summary>The flow of one client: its own, unless too many others have requests under way.</summary>
    /// <param name="agent">Its User-Agent.</param>
    public Flow Of(string agent)
    {
        int? free = null;
        for (var index = 0; index < flows.Length; index++)
        {
            if (flows[index] is not { } flow || flow is { Executing: 0, Waiting.Count: 0 })
            {
                free ??= index;
            }

            if (flows[index]?.Agent == agent)
            {
                return flows[index]!;
            }
        }

        return free is { } own
            ? flows[own] = new Flow(agent, HashCode.Combine(name, agent))
            : flows[(uint)agent.GetHashCode() % MostFlows]!;
    }
}
