namespace Grainhouse.Gateway.Fairness;

/// <summary>A request that waits for a seat.</summary>
internal sealed class Waiter(FairSeats owner, User user, Flow flow, bool mayLapse) : TaskCompletionSource<Seat?>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public User User => user;

    public Flow Flow => flow;

    public bool MayLapse => mayLapse;

    /// <summary>Where it stands in its flow; null once it has its seat or has given up.</summary>
    public LinkedListNode<Waiter>? Node { get; set; }

    public async Task<Seat?> WaitAsync(CancellationToken cancellationToken)
    {
        await using var registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                var waiter = (Waiter)state!;
                if (waiter.Owner.GiveUp(waiter))
                {
                    waiter.SetCanceled(token);
                }
            },
            this);
        return await Task;
    }

    private FairSeats Owner { get; } = owner;
}
