using System.Collections.Concurrent;
using System.Diagnostics;

namespace Grainhouse.Simulation;

/// <summary>Runs many seeds, as many at a time as there are cores; each is a run of its own.</summary>
public static class SeedSweep
{
    /// <summary>Runs seeds in their order until one fails.</summary>
    /// <param name="first">The first seed.</param>
    /// <param name="count">How many.</param>
    /// <param name="options">The cluster and its life.</param>
    /// <param name="told">Told of each seed that went well, and what it took; by many threads, one at a time.</param>
    /// <param name="cancellationToken">Ends it between two seeds.</param>
    /// <returns>The lowest seed that failed, with as few faults as still make it fail; null if none did.</returns>
    public static SimulationResult? FindFailure(
        int first, int count, SimulationOptions options, Action<SimulationResult, TimeSpan> told, CancellationToken cancellationToken)
    {
        var next = first - 1;
        var failed = new ConcurrentBag<int>();
        var gate = new Lock();

        // Handed out one by one: when one fails, all lower ones have been begun, so the lowest failure is always the same.
        var everyCore = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellationToken };
        Parallel.For(0, Environment.ProcessorCount, everyCore, _ =>
        {
            while (failed.IsEmpty && !cancellationToken.IsCancellationRequested && Interlocked.Increment(ref next) is var seed && seed < first + count)
            {
                var began = Stopwatch.GetTimestamp();
                var result = ClusterSimulation.Run(seed, options);
                if (result.Violation is not null)
                {
                    failed.Add(seed);
                    continue;
                }

                lock (gate)
                {
                    told(result, Stopwatch.GetElapsedTime(began));
                }
            }
        });
        cancellationToken.ThrowIfCancellationRequested();
        return failed.IsEmpty ? null : ClusterSimulation.Shrink(failed.Min(), options);
    }
}
