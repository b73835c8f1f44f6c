using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Security;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Fairness;

/// <summary>Keeps one greedy client from starving the rest: seats for reads, others for writes, and an end to waiting (429).</summary>
/// <remarks>Agents and health checks have no seats to wait for. What streams (a watch, a log) gives its seat back once it has begun.</remarks>
internal sealed class RequestSeats(GatewayOptions options, TimeProvider time)
{
    // As kube-apiserver: a quarter of a request's time.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    // Who ignores Retry-After would ask again at once, and that alone could keep a core busy: the refusal takes the time that it names.
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(1);
    private const int MostHeld = 2_048;

    private int held;

    /// <summary>Seats of requests that only read.</summary>
    public FairSeats Reads { get; } = new(options.ReadSeats, options.MostWaiting);

    /// <summary>Seats of requests that write.</summary>
    public FairSeats Writes { get; } = new(options.WriteSeats, options.MostWaiting);

    /// <summary>Takes a seat; null for one who needs none.</summary>
    /// <exception cref="RequestRefusedException">429.</exception>
    public ValueTask<FairSeats.Seat?> EnterAsync(HttpContext context, UserIdentity user, bool writes)
    {
        if (user.Node is not null)
        {
            return default;
        }

        var seats = writes ? Writes : Reads;
        var agent = context.Request.Headers.UserAgent.ToString();
        return seats.TryEnter(user.Name, agent) is { } seat ? new(seat) : new(WaitAsync(seats, user.Name, agent, context.RequestAborted));
    }

    private async Task<FairSeats.Seat?> WaitAsync(FairSeats seats, string user, string agent, CancellationToken aborted)
    {
        using var bound = new CancellationTokenSource(LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, aborted);
        try
        {
            if (await seats.EnterAsync(user, agent, either.Token) is { } seat)
            {
                return seat;
            }
        }
        catch (OperationCanceledException) when (bound.IsCancellationRequested)
        {
            throw new RequestRefusedException(Refusals.TooManyRequests);
        }

        if (Interlocked.Increment(ref held) <= MostHeld)
        {
            await Task.Delay(Hold, time, aborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Interlocked.Decrement(ref held);
        throw new RequestRefusedException(Refusals.TooManyRequests);
    }
}
