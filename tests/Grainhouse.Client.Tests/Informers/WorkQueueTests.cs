using Microsoft.Extensions.Time.Testing;

namespace Grainhouse.Client.Tests.Informers;

public sealed class WorkQueueTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly FakeTimeProvider time = new();

    [Fact]
    public async Task Add_ManyTimesBeforeItsTurn_WorkedOnOnce()
    {
        var queue = new WorkQueue<string>(time);
        queue.Add("a");
        queue.Add("b");
        queue.Add("a");
        Assert.Equal(2, queue.Count);

        await using var run = new Run(queue);

        Assert.Equal("a", await run.NextAsync());
        Assert.Equal("b", await run.NextAsync());
        queue.Add("last");
        Assert.Equal("last", await run.NextAsync());
    }

    [Fact]
    public async Task Add_WhileWorkedOn_OnceMoreAndNotAtTheSameTime()
    {
        var queue = new WorkQueue<string>(time);
        var inside = 0;
        var release = new TaskCompletionSource();
        await using var run = new Run(queue, workers: 3, work: async (_, _) =>
        {
            Assert.Equal(1, Interlocked.Increment(ref inside));
            await release.Task;
            Interlocked.Decrement(ref inside);
        });

        queue.Add("a");
        Assert.Equal("a", await run.NextAsync());
        queue.Add("a");
        queue.Add("a");
        Assert.Equal(0, queue.Count);
        release.SetResult();

        Assert.Equal("a", await run.NextAsync());
        await run.QuietAsync();
        Assert.Empty(run.Failures);
    }

    [Fact]
    public async Task Run_ManyWorkersAndAdders_NoItemAtTwoAndNoneForgotten()
    {
        const int Items = 20;
        const int Adds = 5_000;
        var queue = new WorkQueue<int>(time);
        var (wanted, seen, inside) = (new int[Items], new int[Items], new int[Items]);
        using var stop = new CancellationTokenSource();
        var clashes = 0;
        var running = queue.RunAsync(
            async (item, _) =>
            {
                clashes += Interlocked.Increment(ref inside[item]) - 1;
                Volatile.Write(ref seen[item], Volatile.Read(ref wanted[item]));
                await Task.Yield();
                Interlocked.Decrement(ref inside[item]);
            },
            null,
            workers: 4,
            stop.Token);

        Parallel.For(0, Adds, index =>
        {
            var item = index % Items;
            Interlocked.Increment(ref wanted[item]);
            queue.Add(item);
        });

        using var bound = new CancellationTokenSource(Bound);
        while (!seen.SequenceEqual(wanted))
        {
            await Task.Delay(10, bound.Token);
        }

        await stop.CancelAsync();
        await running;
        Assert.Equal(0, clashes);
    }

    [Fact]
    public async Task Failure_ComesAgain_AfterTwiceAsLongEachTimeAtMostAMinute()
    {
        var queue = new WorkQueue<string>(time);
        await using var run = new Run(queue, work: (item, _) => item == "bad" ? throw new InvalidDataException("bad") : Task.CompletedTask);
        queue.Add("bad");

        foreach (var delay in new[] { 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 51_200, 60_000, 60_000 })
        {
            Assert.Equal("bad", await run.NextAsync());
            await run.FailedAsync();
            time.Advance(TimeSpan.FromMilliseconds(delay) - Moment);
            await run.QuietAsync();
            time.Advance(Moment);
        }

        Assert.Equal(Enumerable.Range(1, 12), run.Failures.Take(12));
    }

    [Fact]
    public async Task Success_AfterFailures_TheNextFailureIsTheFirstAgain()
    {
        var queue = new WorkQueue<string>(time);
        var fails = true;
        await using var run = new Run(queue, work: (item, _) => item == "a" && fails ? throw new InvalidDataException("bad") : Task.CompletedTask);
        queue.Add("a");
        await run.FailedAsync();
        time.Advance(TimeSpan.FromMilliseconds(100));
        await run.FailedAsync();

        fails = false;
        time.Advance(TimeSpan.FromMilliseconds(200));
        await run.NextAsync(3);
        await run.QuietAsync();
        fails = true;
        queue.Add("a");
        await run.FailedAsync();

        Assert.Equal([1, 2, 1], run.Failures);
    }

    [Fact]
    public async Task Cancel_WhileWorkedOn_WaitsForTheNextRun()
    {
        var queue = new WorkQueue<string>(time);
        await using (var first = new Run(queue, work: (_, cancellationToken) => Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken)))
        {
            queue.Add("a");
            Assert.Equal("a", await first.NextAsync());
        }

        Assert.Equal(1, queue.Count);
        await using var second = new Run(queue);
        Assert.Equal("a", await second.NextAsync());
    }

    [Fact]
    public async Task Cancel_BeforeAFailedItemComesAgain_WaitsForTheNextRun()
    {
        var queue = new WorkQueue<string>(time);
        await using (var first = new Run(queue, work: static (_, _) => throw new InvalidDataException("bad")))
        {
            queue.Add("a");
            await first.FailedAsync();
        }

        await using var second = new Run(queue);
        Assert.Equal("a", await second.NextAsync());
    }

    [Fact]
    public void Run_WithoutWorkers_Throws() => Assert.Throws<ArgumentOutOfRangeException>(
        () => { _ = new WorkQueue<string>(time).RunAsync(static (_, _) => Task.CompletedTask, null, workers: 0, CancellationToken.None); });

    /// <summary>A running queue that tells what is worked on.</summary>
    private sealed class Run : IAsyncDisposable
    {
        private const string Sentinel = "sentinel";

        private readonly System.Threading.Channels.Channel<string> begun = System.Threading.Channels.Channel.CreateUnbounded<string>();
        private readonly System.Threading.Channels.Channel<int> failed = System.Threading.Channels.Channel.CreateUnbounded<int>();
        private readonly WorkQueue<string> queue;
        private readonly CancellationTokenSource stop = new();
        private readonly Task running;

        public Run(WorkQueue<string> queue, int workers = 1, Func<string, CancellationToken, Task>? work = null)
        {
            this.queue = queue;
            running = queue.RunAsync(
                (item, cancellationToken) =>
                {
                    begun.Writer.TryWrite(item);
                    return work is null || item == Sentinel ? Task.CompletedTask : work(item, cancellationToken);
                },
                (_, _, times) =>
                {
                    Failures.Add(times);
                    failed.Writer.TryWrite(times);
                },
                workers,
                stop.Token);
        }

        public List<int> Failures { get; } = [];

        public async Task<string> NextAsync(int count = 1)
        {
            for (var i = 1; i < count; i++)
            {
                await NextAsync();
            }

            return await begun.Reader.ReadAsync().AsTask().WaitAsync(Bound);
        }

        public async Task FailedAsync() => await failed.Reader.ReadAsync().AsTask().WaitAsync(Bound);

        /// <summary>Nothing was there to be worked on: what is added now comes next.</summary>
        public async Task QuietAsync()
        {
            queue.Add(Sentinel);
            Assert.Equal(Sentinel, await NextAsync());
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await running.WaitAsync(Bound);
            stop.Dispose();
        }
    }
}
