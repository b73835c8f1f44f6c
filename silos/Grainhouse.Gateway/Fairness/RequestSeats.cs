using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Security;
using Microsoft.AspNetCore.Http;

namespace Grainhouse.Gateway.Fairness;

/// <summary>Keeps one greedy client from starving the rest: seats for reads, others for writes, and an end to waiting (429).</summary>
/// <remarks>Agents and health checks have no seats to wait for. What streams (a watch, a log) gives its seat back once it has begun.</remarks>
internal sealed class RequestSeats(GatewayOptions options, TimeProvider time) : IDisposable
{
    // As kube-apiserver: a quarter of a request's time.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    // Who ignores Retry-After would ask again at once, and that alone could keep a core busy: the refusal takes the time that it names.
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(1);
    private const int MostHeld = 2_048;

    private int held;

    /// <summary>Seats of requests that only read.</summary>
    public FairSeats Reads { get; } = new(options.ReadSeats, options.SeatsInCompany, options.MostWaiting, time);

    /// <summary>Seats of requests that write.</summary>
    public FairSeats Writes { get; } = new(options.WriteSeats, options.SeatsInCompany, options.MostWaiting, time);

    /// <summary>Takes a seat; null for one who needs none.</summary>
    /// <param name="context">The request.</param>
    /// <param name="user">Who asks.</param>
    /// <param name="writes">Whether it is a write.</param>
    /// <param name="isForOne">Whether it is for one object: a silo that does not answer makes it wait, and then it needs no seat.</param>
    /// <exception cref="RequestRefusedException">429.</exception>
    public ValueTask<Seat?> EnterAsync(HttpContext context, UserIdentity user, bool writes, bool isForOne)
    {
        if (user.Node is not null)
        {
            return default;
        }

        var seats = writes ? Writes : Reads;
        var agent = context.Request.Headers.UserAgent.ToString();
        return seats.TryEnter(user.Name, agent, isForOne) is { } seat ? new(seat) : new(WaitAsync(seats, user.Name, agent, isForOne, context.RequestAborted));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Reads.Dispose();
        Writes.Dispose();
    }

    private async Task<Seat?> WaitAsync(FairSeats seats, string user, string agent, bool isForOne, CancellationToken aborted)
    {
        using var bound = new CancellationTokenSource(LongestWait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(bound.Token, aborted);
        try
        {
            if (await seats.EnterAsync(user, agent, isForOne, either.Token) is { } seat)
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
