using System.Threading.Channels;

namespace Grainhouse.Client;

/// <summary>What is to be looked at: each item once, however often it was added, and never by two workers at a time.</summary>
/// <remarks>
/// An item that is added while it is worked on is worked on once more. One that failed comes again later: after 100 ms, twice as long
/// each time, at most a minute. What a cancelled run has not done waits for the next one. Safe to use from any thread.
/// </remarks>
/// <typeparam name="T">What names the work, as <see cref="ObjectName"/>: the worker reads the state itself.</typeparam>
/// <param name="time">The clock; null for the system's.</param>
public sealed class WorkQueue<T>(TimeProvider? time = null)
    where T : notnull
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromMinutes(1);

    private readonly TimeProvider time = time ?? TimeProvider.System;
    private readonly Lock gate = new();
    private readonly Channel<T> ready = Channel.CreateUnbounded<T>();
    private readonly HashSet<T> waiting = [];
    private readonly HashSet<T> working = [];
    private readonly HashSet<T> again = [];
    private readonly Dictionary<T, int> failures = [];

    /// <summary>How many items wait for a worker.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    /// <summary>Adds an item, unless it waits already.</summary>
    public void Add(T item)
    {
        lock (gate)
        {
            if (working.Contains(item))
            {
                again.Add(item);
            }
            else if (waiting.Add(item))
            {
                ready.Writer.TryWrite(item);
            }
        }
    }

    /// <summary>Works on what is added, until cancelled. Returns when all workers have stopped.</summary>
    /// <param name="work">Looks at one item; safe to do twice. It fails by throwing.</param>
    /// <param name="failed">Hears of each failure, with how often in a row; null to hear nothing.</param>
    /// <param name="workers">How many items are worked on at once.</param>
    /// <param name="cancellationToken">Stops the workers; it is passed to <paramref name="work"/>.</param>
    public Task RunAsync(Func<T, CancellationToken, Task> work, Action<T, Exception, int>? failed, int workers, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        return Task.WhenAll(Enumerable.Range(0, workers).Select(_ => WorkAsync(work, failed, cancellationToken)));
    }

    private async Task WorkAsync(Func<T, CancellationToken, Task> work, Action<T, Exception, int>? failed, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            T item;
            try
            {
                item = await ready.Reader.ReadAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }

            Begin(item);
            try
            {
                await work(item, cancellationToken);
                End(item, failure: false);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                PutBack(item);
                return;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // The edge of the worker: an item's fault is told, and the item comes again.
                var times = End(item, failure: true);
                _ = AddLaterAsync(item, times, cancellationToken);
                failed?.Invoke(item, fault, times);
            }
        }
    }

    private void Begin(T item)
    {
        lock (gate)
        {
            waiting.Remove(item);
            working.Add(item);
        }
    }

    private int End(T item, bool failure)
    {
        lock (gate)
        {
            working.Remove(item);
            if (!failure)
            {
                failures.Remove(item);
            }

            var times = failure ? failures[item] = failures.GetValueOrDefault(item) + 1 : 0;
            if (again.Remove(item))
            {
                Add(item);
            }

            return times;
        }
    }

    // Half done is not done: it waits for the next run.
    private void PutBack(T item)
    {
        lock (gate)
        {
            working.Remove(item);
            again.Remove(item);
            Add(item);
        }
    }

    private async Task AddLaterAsync(T item, int times, CancellationToken cancellationToken)
    {
        var delay = TimeSpan.FromTicks((long)Math.Min(FirstDelay.Ticks * Math.Pow(2, Math.Min(times - 1, 20)), LongestDelay.Ticks));

        // Of a run that was stopped it waits for the next one.
        await Task.Delay(delay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Add(item);
    }
}
