using Orleans.Runtime;

namespace Grainhouse.Gateway.Objects;

/// <summary>Asks a grain again while its silo is dying: within two seconds the grain is back on another one.</summary>
/// <remarks>
/// Reads are asked again whatever befell them, and once more while the first question has no answer: what was on its way to a silo at
/// its death may be lost without a word. Writes are repeated only when they were rejected, which means that none of it ran; one that
/// was under way on a silo that died may have been committed, so its caller hears that nobody knows. However often it was asked,
/// the caller has its answer, or a clear error, within the patience.
/// </remarks>
/// <param name="bound">The longest wait.</param>
/// <param name="time">The clock.</param>
internal sealed class Patience(TimeSpan bound, TimeProvider time)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMilliseconds(50);

    // A death is known after half a second, and what is asked then arrives.
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromMilliseconds(600);

    /// <summary>Reads.</summary>
    /// <param name="grain">Whom to ask.</param>
    /// <param name="first">The first question, under way.</param>
    /// <param name="call">Asks again.</param>
    /// <exception cref="TimeoutException">There was no answer in time.</exception>
    /// <exception cref="OrleansException">The grain is out of reach.</exception>
    public async Task<T> ReadAsync<TGrain, T>(TGrain grain, Task<T> first, Func<TGrain, Task<T>> call)
    {
        var began = time.GetTimestamp();
        var attempt = first;
        var isAskedTwice = false;
        while (true)
        {
            var left = Left(began);
            var mayAskAgain = !isAskedTwice && left > AskAgainAfter;
            try
            {
                return await attempt.WaitAsync(mayAskAgain ? AskAgainAfter : left, time);
            }
            catch (TimeoutException) when (mayAskAgain && !attempt.IsCompleted)
            {
                isAskedTwice = true;
                attempt = EitherAsync(attempt, call(grain));
            }
            catch (OrleansException) when (left > RetryDelay)
            {
                await Task.Delay(RetryDelay, time);
                attempt = call(grain);
            }
        }
    }

    /// <summary>Writes.</summary>
    /// <param name="grain">Whom to ask.</param>
    /// <param name="call">Asks; what it asks for is done at most once.</param>
    /// <exception cref="TimeoutException">There was no answer in time; it may have been done.</exception>
    /// <exception cref="OrleansException">The grain is out of reach; nothing was done.</exception>
    public async Task<T> WriteAsync<TGrain, T>(TGrain grain, Func<TGrain, Task<T>> call)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var left = Left(began);

            // A question that cannot even be put is no write.
            var attempt = call(grain);
            try
            {
                return await attempt.WaitAsync(left, time);
            }
            catch (SiloUnavailableException lost)
            {
                throw new TimeoutException("the object's silo died while it was at work", lost);
            }
            catch (OrleansMessageRejectionException) when (left > RetryDelay)
            {
                await Task.Delay(RetryDelay, time);
            }
        }
    }

    private TimeSpan Left(long began)
    {
        var left = bound - time.GetElapsedTime(began);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private static async Task<T> EitherAsync<T>(Task<T> first, Task<T> second)
    {
        var done = await Task.WhenAny(first, second);
        return await (done.IsCompletedSuccessfully || done == second ? done : second);
    }
}
