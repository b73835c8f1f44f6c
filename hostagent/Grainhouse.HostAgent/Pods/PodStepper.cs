using System.Collections.Immutable;

namespace Grainhouse.HostAgent.Pods;

/// <summary>The life of a pod on its node, as a pure step machine.</summary>
/// <remarks>
/// No I/O, no clock: the same state, input and time give the same next state and actions. An input is first entered into
/// the state; then the state alone decides what to do next, so a lost, doubled or late input does no harm. What is
/// under way is noted in the state: a container is started again only once its former process is known to be gone.
/// </remarks>
public static class PodStepper
{
    /// <summary>Takes one input at one time.</summary>
    public static (PodState State, ImmutableArray<PodAction> Actions) Step(PodState state, PodInput input, DateTimeOffset now)
    {
        var turn = new PodTurn(state, now);
        turn.Take(input);
        turn.Advance();
        return turn.Conclude();
    }
}
