using Orleans;
using Orleans.Runtime;

namespace Grainhouse.Simulation.Actors;

/// <summary>A call of a grain on its way.</summary>
internal abstract class GrainCall(GrainId target, bool interleaves)
{
    /// <summary>Whom it is for.</summary>
    public GrainId Target { get; } = target;

    /// <summary>Whether it need not wait for the grain's other calls.</summary>
    public bool Interleaves { get; } = interleaves;

    /// <summary>Calls the grain and sends the answer back.</summary>
    public abstract Task ServeAsync(Grain grain);

    /// <summary>Answers with an error.</summary>
    public abstract void Fail(Exception error);

    /// <summary>Ends the wait for an answer that will not come.</summary>
    public abstract void Break(Exception error);
}

/// <summary>A call with a result; the first answer counts.</summary>
internal sealed class GrainCall<T>(GrainId target, bool interleaves, Func<Grain, Task<T>> call, Action<Action> answer) : GrainCall(target, interleaves)
{
    private readonly TaskCompletionSource<T> result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the caller waits for.</summary>
    public Task<T> Result => result.Task;

    public override async Task ServeAsync(Grain grain)
    {
        try
        {
            var value = await call(grain);
            answer(() => result.TrySetResult(value));
        }
        catch (Exception error)
        {
            // Whatever a grain throws is its caller's to judge.
            Fail(error);
        }
    }

    public override void Fail(Exception error) => answer(() => result.TrySetException(error));

    public override void Break(Exception error) => result.TrySetException(error);

    /// <summary>Nobody has answered in time.</summary>
    public void TimeOut() => Break(new TimeoutException($"no answer from {Target}"));
}
