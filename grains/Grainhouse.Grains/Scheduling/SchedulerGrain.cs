using System.Collections.Immutable;
using System.Threading.Channels;
using Grainhouse.Grains.Events;
using Grainhouse.Interfaces.Grains;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Grainhouse.Planning.Scheduling;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Grains.Scheduling;

/// <summary>Feeds the scheduler with what changes, sends its proposals to the nodes, and tells users why a pod waits.</summary>
/// <remarks>
/// All of it runs in one loop on this grain's turn: changes and verdicts come in through one queue. After a failover the picture
/// is built again from one look at the cache.
/// </remarks>
[GrainType("scheduler"), KeepAlive]
internal sealed partial class SchedulerGrain(
    IObjectCache cache,
    EventRecorder events,
    TimeProvider clock,
    ILogger<SchedulerGrain> logger) : Grain, ISchedulerGrain, IDisposable
{
    // Large enough to share filter and score work over a batch, small enough that the first pods of a burst start at once.
    private const int BatchSize = 1_024;

    private const int LookSize = 2_000;

    // Parked pods that a change could not be matched to are tried again this often, a few at a time.
    private const int RetriesAtOnce = 64;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RebuildDelay = TimeSpan.FromMilliseconds(100);

    private readonly Queue<PodVerdict> verdicts = new();
    private readonly CancellationTokenSource stopping = new();
    private PodConditions conditions = null!;
    private TaskCompletionSource wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task running = Task.CompletedTask;
    private long pictured;

    public Task StartAsync() => Task.CompletedTask;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        conditions = new PodConditions(GrainFactory, events, clock);
        this.RegisterGrainTimer(WakeAsync, new GrainTimerCreationOptions(RetryInterval, RetryInterval) { Interleave = true });
        running = RunAsync();
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        await stopping.CancelAsync();
        wake.TrySetResult();
        await running;
    }

    public void Dispose() => stopping.Dispose();

    private async Task RunAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await ScheduleAsync();
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // The edge of the loop. A picture that is broken, or whose changes are gone from history, is thrown away and
                // built anew here: nobody else would notice that nothing is scheduled any more.
                LogSchedulerFailed(error);
                await Task.Delay(RebuildDelay, clock, stopping.Token)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            }
        }
    }

    private async Task ScheduleAsync()
    {
        var revision = await cache.CatchUpAsync(stopping.Token);
        var scheduler = new Scheduler(new SchedulerOptions());
        await LoadAsync(scheduler);
        pictured = revision;
        verdicts.Clear();
        var changes = Channel.CreateUnbounded<ImmutableArray<ObjectChange>>(new UnboundedChannelOptions { SingleReader = true });
        using var picture = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
        var feed = FeedAsync(revision, changes.Writer, picture.Token);
        try
        {
            await ProposeAsync(scheduler, new Random(unchecked((int)revision)), changes.Reader, feed);
        }
        finally
        {
            await picture.CancelAsync();
            await feed.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }
    }

    // In parts: a million pods take seconds, and neither this grain's callers nor the thread can wait so long.
    private async Task LoadAsync(Scheduler scheduler)
    {
        scheduler.Load(cache.List(ResourceCatalog.Nodes.QualifiedName).Items, []);
        foreach (var some in cache.List(ResourceCatalog.Pods.QualifiedName).Items.Chunk(LookSize))
        {
            await Task.Yield();
            stopping.Token.ThrowIfCancellationRequested();
            foreach (var pod in some)
            {
                scheduler.Apply(new ObjectChange(ChangeKind.Added, pod, Previous: null));
            }
        }
    }

    private async Task ProposeAsync(Scheduler scheduler, Random random, ChannelReader<ImmutableArray<ObjectChange>> changes, Task feed)
    {
        var lastRetry = clock.GetUtcNow();
        while (!stopping.IsCancellationRequested)
        {
            if (feed.IsCompleted)
            {
                await feed;
                return;
            }

            TakeInputs(scheduler, changes);
            if (clock.GetUtcNow() - lastRetry >= RetryInterval)
            {
                lastRetry = clock.GetUtcNow();
                scheduler.Retry(RetriesAtOnce);
            }

            Propose(scheduler, random);
            if (!scheduler.HasWork)
            {
                await wake.Task;
            }

            wake = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

            // One turn for whoever else waits for this grain.
            await Task.Yield();
        }
    }

    private void TakeInputs(Scheduler scheduler, ChannelReader<ImmutableArray<ObjectChange>> changes)
    {
        while (changes.TryRead(out var batch))
        {
            pictured = batch[^1].Object.Revision;
            foreach (var change in batch)
            {
                scheduler.Apply(change);
            }
        }

        while (verdicts.TryDequeue(out var verdict))
        {
            scheduler.Resolve(verdict);
        }
    }

    private void Propose(Scheduler scheduler, Random random)
    {
        var placements = scheduler.Propose(BatchSize, random);
        foreach (var node in placements.GroupBy(placement => placement.Node, StringComparer.Ordinal))
        {
            _ = AskAsync(node.Key, [.. node]);
        }

        var failures = scheduler.TakeFailures();
        if (!failures.IsEmpty)
        {
            _ = conditions.TellAsync(failures);
        }
    }

    private async Task AskAsync(string node, ImmutableArray<Placement> placements)
    {
        ImmutableArray<PodVerdict> answers;
        try
        {
            answers = await GrainFactory.GetGrain<INodeGrain>(node)
                .AdmitAsync([.. placements.Select(placement => new PodClaim(placement.Pod, placement.Uid, Math.Max(placement.Revision, pictured)))]);
        }
        catch (Exception error) when (error is OrleansException or TimeoutException)
        {
            // Admissions are safe to repeat: what was bound after all shows up as a change.
            LogNodeSilent(error, node);
            answers = [.. placements.Select(placement => new PodVerdict(placement.Uid, Bound: false, "node(s) did not answer"))];
        }

        foreach (var answer in answers)
        {
            verdicts.Enqueue(answer);
        }

        foreach (var (placement, answer) in placements.Zip(answers))
        {
            if (answer.Bound)
            {
                conditions.TellBound(placement);
            }
        }

        wake.TrySetResult();
    }

    private Task WakeAsync()
    {
        wake.TrySetResult();
        return Task.CompletedTask;
    }

    private async Task FeedAsync(long revision, ChannelWriter<ImmutableArray<ObjectChange>> changes, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var batch in cache.WatchAsync(revision, resource: null, @namespace: null, cancellationToken))
            {
                if (batch.Changes.Length > 0)
                {
                    changes.TryWrite(batch.Changes);
                    wake.TrySetResult();
                }
            }
        }
        finally
        {
            wake.TrySetResult();
        }
    }

    [LoggerMessage(2301, LogLevel.Error, "The scheduler's picture is of no more use; it is built anew")]
    private partial void LogSchedulerFailed(Exception error);

    [LoggerMessage(2302, LogLevel.Warning, "Node {Node} did not answer a proposal")]
    private partial void LogNodeSilent(Exception error, string node);
}
