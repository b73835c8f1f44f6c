using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Storage.Tests.Postgres;

/// <summary>What concurrent writers and readers of several stores saw, to be held against what the database says in the end.</summary>
/// <remarks>
/// Every write carries a value of its own. Checked are: a committed write is in the log once, at the revision that was told; one
/// that was told stale or unavailable is not; each key is linearizable; every follower saw the log, in order, each change once.
/// </remarks>
internal sealed class RecordedHistory
{
    private readonly ConcurrentQueue<Write> writes = new();
    private readonly ConcurrentQueue<Read> reads = new();
    private readonly Stopwatch clock = Stopwatch.StartNew();
    private int values;
    private int committed;

    /// <summary>Returns when so many more writes were committed.</summary>
    public async Task CommittedAsync(int more)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        for (var enough = Volatile.Read(ref committed) + more; Volatile.Read(ref committed) < enough;)
        {
            await Task.Delay(5, limit.Token);
        }
    }

    /// <summary>Reads and writes a few shared keys and the writer's own, until told to stop.</summary>
    public async Task WriteAsync(IObjectStore store, Random random, Func<bool> goOn)
    {
        var own = random.Next();
        while (goOn())
        {
            var key = random.Next(3) == 0 ? $"own/{own}" : $"shared/{random.Next(4)}";
            if (await ReadAsync(store, key) is not { } current)
            {
                continue;
            }

            var keys = random.Next(4) == 0 ? (string[])[key, $"new/{Guid.NewGuid()}"] : [key];
            var batch = keys.Select((name, index) => Next(name, index == 0 ? current : 0, isDeletion: index == 0 && current > 0 && random.Next(5) == 0)).ToArray();
            await CommitAsync(store, batch);
        }
    }

    /// <summary>Holds what was seen against the log.</summary>
    public void Check(IReadOnlyList<StoreChange> log)
    {
        var byRevision = log.ToDictionary(change => change.Revision);
        var told = writes.Where(write => write.Outcome is { Committed: true }).ToArray();
        foreach (var write in told)
        {
            var change = byRevision[write.Outcome!.Value.Revision];
            Assert.Equal((write.Key, write.Value, write.Expected), (change.Key, Value(change), change.PreviousRevision));
        }

        var written = told.Where(write => write.Value is not null).Select(write => write.Value).ToHashSet();
        Assert.Equal(written.Order(StringComparer.Ordinal), log.Select(Value).Where(value => value is not null).Order(StringComparer.Ordinal));
        Assert.Equal(told.Length, log.Count);
        foreach (var key in log.GroupBy(change => change.Key))
        {
            CheckKey([.. key], [.. told.Where(write => write.Key == key.Key)], [.. reads.Where(read => read.Key == key.Key)]);
        }
    }

    // The log is the order. An operation that began after another had ended must not come before it.
    private static void CheckKey(StoreChange[] log, Write[] writes, Read[] reads)
    {
        var current = 0L;
        foreach (var change in log)
        {
            Assert.Equal(current, change.PreviousRevision);
            current = change.Document is null ? 0 : change.Revision;
        }

        // A read of nothing lies behind some deletion, or before everything; which one is not told, so it is left out.
        var operations = writes.Select(write => (write.Begin, write.End, write.Outcome!.Value.Revision, IsWrite: true))
            .Concat(reads.Where(read => read.Revision > 0).Select(read => (read.Begin, read.End, read.Revision, IsWrite: false)))
            .OrderBy(operation => operation.Begin).ToArray();
        var ended = new PriorityQueue<long, TimeSpan>();
        var least = 0L;
        foreach (var (begin, end, revision, isWrite) in operations)
        {
            while (ended.TryPeek(out var earlier, out var at) && at < begin)
            {
                ended.Dequeue();
                least = Math.Max(least, earlier);
            }

            Assert.True(isWrite ? revision > least : revision >= least, $"An operation from {begin} to {end} has revision {revision}, but {least} was seen before it began.");
            ended.Enqueue(revision, end);
        }
    }

    private async Task<long?> ReadAsync(IObjectStore store, string key)
    {
        var begin = clock.Elapsed;
        try
        {
            var revision = (await store.ReadAsync(key))?.Revision ?? 0;
            reads.Enqueue(new Read(key, revision, begin, clock.Elapsed));
            return revision;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }

    private async Task CommitAsync(IObjectStore store, StoreWrite[] batch)
    {
        var begin = clock.Elapsed;
        WriteOutcome[]? outcomes = null;
        try
        {
            outcomes = [.. await store.CommitAsync([.. batch])];
        }
        catch (StoreUnavailableException)
        {
            // Nothing of it happened: that is what is checked.
        }

        Interlocked.Add(ref committed, outcomes?.Count(outcome => outcome.Committed) ?? 0);
        for (var index = 0; index < batch.Length; index++)
        {
            var value = batch[index].Document is { } document ? Encoding.UTF8.GetString(document.Span) : null;
            writes.Enqueue(new Write(batch[index].Key, batch[index].ExpectedRevision, value, outcomes?[index], begin, clock.Elapsed));
        }
    }

    private StoreWrite Next(string key, long expected, bool isDeletion) =>
        isDeletion ? StoreWrite.Deletion(key, expected) : new StoreWrite(key, expected, Encoding.UTF8.GetBytes($"v{Interlocked.Increment(ref values)}"));

    private static string? Value(StoreChange change) => change.Document is { } document ? Encoding.UTF8.GetString(document.Span) : null;

    private sealed record Write(string Key, long Expected, string? Value, WriteOutcome? Outcome, TimeSpan Begin, TimeSpan End);

    private sealed record Read(string Key, long Revision, TimeSpan Begin, TimeSpan End);
}
