namespace Grainhouse.HostAgent.Nodes;

/// <summary>Wakes the one who waits. What is signalled while nobody waits is remembered, once. Safe to set from any thread.</summary>
/// <remarks>A semaphore would count its time-outs by the machine's clock; this one goes by the agent's.</remarks>
internal sealed class Signal(TimeProvider time)
{
    private readonly Lock gate = new();
    private TaskCompletionSource<bool>? waiting;
    private bool isSet;

    /// <summary>Signals.</summary>
    public void Set()
    {
        lock (gate)
        {
            // A waiter whose time is up has not taken the signal.
            isSet = waiting?.TrySetResult(true) != true;
            waiting = null;
        }
    }

    /// <summary>Waits for a signal. One caller at a time.</summary>
    /// <returns>False: the time was up first.</returns>
    public async Task<bool> WaitAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource<bool> mine;
        lock (gate)
        {
            if (isSet || atMost <= TimeSpan.Zero)
            {
                var wasSet = isSet;
                isSet = false;
                return wasSet;
            }

            waiting = mine = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        await using var timer = time.CreateTimer(static waiter => ((TaskCompletionSource<bool>)waiter!).TrySetResult(false), mine, atMost, Timeout.InfiniteTimeSpan);
        await using var registration = cancellationToken.UnsafeRegister(static (waiter, token) => ((TaskCompletionSource<bool>)waiter!).TrySetCanceled(token), mine);
        return await mine.Task;
    }
}
