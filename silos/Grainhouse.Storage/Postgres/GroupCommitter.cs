using System.Threading.Channels;
using Grainhouse.Interfaces.Storage;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Storage.Postgres;

/// <summary>Commits what the silo's callers hand over, a group at a time: while one is being flushed, the next gathers.</summary>
/// <remarks>
/// An answer is always the truth. A group whose answer was lost is settled with the database before anything else is sent; its
/// callers wait for that, however long the database is away, because until then nobody knows. What was not sent yet fails as
/// unavailable once the database has been away for longer than callers wait.
/// </remarks>
internal sealed partial class GroupCommitter(PostgresDatabase database, StoreUse use, ChangeFeed feed, Reachability reachability, Guid writer, TimeProvider time, ILogger logger) : IAsyncDisposable
{
    // Once the store is being closed: how long to look for the truth about a lost answer.
    private static readonly TimeSpan ClosePatience = TimeSpan.FromSeconds(5);

    // A connection that was idle for longer is probed before a group is entrusted to it: of a group that was sent into a broken
    // one nobody knows what became of it until the database is back.
    private static readonly TimeSpan Idle = TimeSpan.FromMilliseconds(100);

    private readonly Channel<CommitRequest> waiting = Channel.CreateUnbounded<CommitRequest>(new UnboundedChannelOptions { SingleReader = true });
    private readonly CancellationTokenSource closing = new();
    private readonly Backoff backoff = new(time);
    private Task running = Task.CompletedTask;
    private CommitSession? session;
    private long usedAt;
    private long number;
    private long transactions;

    /// <summary>Groups that committed something.</summary>
    public long Transactions => Volatile.Read(ref transactions);

    /// <summary>Hands over a request.</summary>
    /// <exception cref="StoreUnavailableException">The database is away or the store is closed.</exception>
    public void Add(CommitRequest request)
    {
        if (reachability.Fault is { } fault)
        {
            throw new StoreUnavailableException(fault);
        }

        if (!waiting.Writer.TryWrite(request))
        {
            throw new StoreUnavailableException("The store is closed.");
        }
    }

    /// <summary>Begins to commit.</summary>
    public void Start() => running = Task.Run(RunAsync);

    /// <summary>Takes no more, and commits what was handed over.</summary>
    public async ValueTask DisposeAsync()
    {
        closing.CancelAfter(ClosePatience);
        waiting.Writer.TryComplete();
        await running;
        closing.Dispose();
    }

    private async Task RunAsync()
    {
        while (await waiting.Reader.WaitToReadAsync())
        {
            var group = new CommitGroup();
            while (!group.IsFull && waiting.Reader.TryRead(out var request))
            {
                group.Add(request);
            }

            try
            {
                await CommitAsync(group);
            }
#pragma warning disable CA1031 // The edge of the committer's loop: without it one fault would leave every later caller waiting for ever.
            catch (Exception fault)
#pragma warning restore CA1031
            {
                LogFault(fault);
                await DropSessionAsync();
                group.Abandon();
            }
        }

        await DropSessionAsync();
    }

    private async Task CommitAsync(CommitGroup group)
    {
        var columns = group.ToColumns();
        while (true)
        {
            if (!await ConnectAsync())
            {
                group.Fail(Unavailable(null));
                return;
            }

            long[]? answer;
            number++;
            try
            {
                answer = await session!.CommitAsync(writer, number, columns, Now());
                Reached();
            }
            catch (Exception refusal) when (refusal.IsRefusal())
            {
                LogRefused(refusal, group.Requests.Count);
                group.Fail(Unavailable(refusal));
                if (refusal.IsPassing())
                {
                    // This server is the wrong one by now: look for the primary.
                    await DropSessionAsync();
                }

                return;
            }
            catch (Exception lost) when (lost.IsDatabaseFault())
            {
                LogLost(lost, group.Requests.Count);
                var (isKnown, settled) = await SettleAsync();
                if (!isKnown)
                {
                    group.Abandon();
                    return;
                }

                answer = settled;
            }

            if (answer is not null)
            {
                Complete(group, answer);
                return;
            }

            // It certainly did not happen, and now can be sent again.
        }
    }

    private void Complete(CommitGroup group, long[] answer)
    {
        var changes = group.Changes(answer);
        if (changes.Length > 0)
        {
            Volatile.Write(ref transactions, transactions + 1);

            // Before the callers are answered: by the time they look, the followers are already on their way.
            feed.Add(changes);
        }

        group.Complete(answer);
    }

    // The truth about the last group. Not known only when the store is being closed and the database is away, or was restored.
    private async Task<(bool IsKnown, long[]? Answer)> SettleAsync()
    {
        await DropSessionAsync();
        while (!closing.IsCancellationRequested && reachability.Refusal is null)
        {
            try
            {
                session ??= await CommitSession.OpenAsync(database, use);
                var answer = await session.SettleAsync(writer, number, Now());
                Reached();
                LogSettled(answer is not null);
                return (true, answer);
            }
            catch (Exception away) when (away.IsDatabaseFault())
            {
                await WaitAsync();
            }
        }

        return (false, null);
    }

    // A session that works; false when the database has been away for longer than callers wait, or must not be used.
    private async Task<bool> ConnectAsync()
    {
        while (session is null || time.GetElapsedTime(usedAt) > Idle)
        {
            if (session is null && closing.IsCancellationRequested)
            {
                return false;
            }

            try
            {
                session ??= await CommitSession.OpenAsync(database, use);
                await session.ProbeAsync();
                Reached();
            }
            catch (Exception away) when (away.IsDatabaseFault())
            {
                await WaitAsync();
                if (reachability.Fault is not null)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private void Reached()
    {
        usedAt = time.GetTimestamp();
        backoff.Reset();
        reachability.Found();
    }

    private async Task WaitAsync()
    {
        await DropSessionAsync();
        reachability.Lost();
        if (reachability.IsAway)
        {
            while (waiting.Reader.TryRead(out var request))
            {
                request.TrySetException(Unavailable(null));
            }
        }

        await backoff.DelayAsync(closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task DropSessionAsync()
    {
        if (session is { } dropped)
        {
            session = null;
            await dropped.DisposeAsync();
        }
    }

    private long Now() => time.GetUtcNow().ToUnixTimeMilliseconds();

    private static StoreUnavailableException Unavailable(Exception? cause) =>
        new(cause is null ? PostgresFaults.Away : PostgresFaults.Explain(cause), cause);
}
