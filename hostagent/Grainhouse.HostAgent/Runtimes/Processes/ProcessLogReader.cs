using System.Runtime.CompilerServices;

namespace Grainhouse.HostAgent.Runtimes.Processes;

/// <summary>Reads the logs of processes, and follows them to the container's end.</summary>
internal sealed class ProcessLogReader(ProcessLayout layout, ProcessRuntimeOptions options, ProcessStates states, ProcessContainers containers, TimeProvider time)
{
    /// <summary>How often a follower looks for itself, should an event have been lost.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(1);

    public async IAsyncEnumerable<LogLine> ReadAsync(string id, LogQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (states.Read(id) is null)
        {
            throw new RuntimeException(RuntimeErrorKind.NotFound, $"There is no container {id}.");
        }

        var log = containers.LogOf(id);
        long after = 0;
        var tail = query.TailLines;
        while (true)
        {
            // In this order: what comes after the question is told by the task, and an end that was seen has all output behind it.
            var changed = log.Changed;
            var over = states.IsOver(id);
            await log.MoveAsync(over, cancellationToken);
            var lines = Lines(id, after, query.Since);
            if (tail is { } count)
            {
                lines = Last(lines, count, ref after);
                tail = null;
            }

            foreach (var line in lines)
            {
                cancellationToken.ThrowIfCancellationRequested();
                after = line.Offset;
                yield return line.Line;
            }

            if (!query.Follow || over)
            {
                yield break;
            }

            await Task.WhenAny(changed, Task.Delay(LookAgain, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    private IEnumerable<StoredLine> Lines(string id, long after, DateTimeOffset? since)
    {
        foreach (var line in LogFileReader.Read(layout, id, options.LogFiles, after))
        {
            if (since is null || line.Line.Time >= since)
            {
                yield return line;
            }
        }
    }

    private static Queue<StoredLine> Last(IEnumerable<StoredLine> lines, long count, ref long after)
    {
        var last = new Queue<StoredLine>();
        foreach (var line in lines)
        {
            after = line.Offset;
            last.Enqueue(line);
            if (last.Count > count)
            {
                last.Dequeue();
            }
        }

        return last;
    }
}
