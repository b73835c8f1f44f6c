using System.Collections.Concurrent;
using System.Diagnostics;

namespace Grainhouse.Cluster.Tests;

/// <summary>How long after a fault grains answered: the time from the fault until each was seen to answer.</summary>
/// <remarks>All are asked at once, so a grain that was well is counted with the time that asking takes: the times are upper bounds.</remarks>
internal sealed record AnswerTimes(IReadOnlyList<TimeSpan> Sorted)
{
    public TimeSpan At(double part) => Sorted[(int)Math.Min(Sorted.Count - 1, Math.Ceiling(part * Sorted.Count) - 1)];

    public TimeSpan Worst => Sorted[^1];

    public override string ToString() => $"{Sorted.Count} grains answer: p50 {At(0.5).TotalSeconds:0.00} s, p99 {At(0.99).TotalSeconds:0.00} s, last {Worst.TotalSeconds:0.00} s";

    /// <summary>Asks every grain until it answers, on the silos in turn.</summary>
    /// <param name="silos">Whom to ask.</param>
    /// <param name="paths">One for each grain.</param>
    /// <param name="calls">Where each call is noted.</param>
    /// <param name="bound">Grains that have not answered by then fail the test.</param>
    public static async Task<AnswerTimes> MeasureAsync(IReadOnlyList<Silo> silos, IReadOnlyCollection<string> paths, CallLog calls, TimeSpan bound)
    {
        var clock = Stopwatch.StartNew();
        var todo = new ConcurrentQueue<(string Path, int Turn)>(paths.Select((path, index) => (path, index)));
        var times = new ConcurrentBag<TimeSpan>();

        // A grain of a silo that died keeps its caller waiting: enough callers that those of the others need not wait too.
        await Task.WhenAll(Enumerable.Range(0, Math.Min(paths.Count, 64 * silos.Count)).Select(async _ =>
        {
            while (todo.TryDequeue(out var next))
            {
                Assert.True(clock.Elapsed < bound, $"{next.Path} and {todo.Count} others do not answer within {bound.TotalSeconds} s:\n{string.Join('\n', calls.Notes.TakeLast(10))}");
                var silo = silos[next.Turn % silos.Count];
                var answer = await calls.RunAsync($"GET {next.Path} on {silo.Port}", token => silo.Probes.GetAsync(next.Path, token));
                if (answer is { StatusCode: 200 })
                {
                    times.Add(clock.Elapsed);
                }
                else
                {
                    todo.Enqueue(next with { Turn = next.Turn + 1 });
                    await Task.Delay(10);
                }
            }
        }));
        return new AnswerTimes([.. times.Order()]);
    }
}
