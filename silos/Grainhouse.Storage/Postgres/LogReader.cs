using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Storage.Postgres;

/// <summary>Keeps the feed up with the log: reads when it is told to, and once a second in any case.</summary>
/// <remarks>It is also what finds out that the database is away, and that it is back.</remarks>
internal sealed partial class LogReader(PostgresReader reader, ChangeFeed feed, Reachability reachability, TimeProvider time, ILogger logger)
{
    private const int PageChanges = 1_000;

    // A notification that was lost costs this much. The query is a look at one row and one place of an index.
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly Channel<bool> wanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Backoff backoff = new(time);
    private long oldest;

    /// <summary>The oldest revision that changes can be read after, as last heard.</summary>
    public long Oldest => Volatile.Read(ref oldest);

    /// <summary>Asks for a read now.</summary>
    public void Wake() => wanted.Writer.TryWrite(true);

    /// <summary>The history starts at a later revision.</summary>
    public void Compacted(long start)
    {
        if (start > Oldest)
        {
            Volatile.Write(ref oldest, start);
        }
    }

    /// <summary>Reads until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ReadAsync(cancellationToken);
                backoff.Reset();
                await WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // The edge of the reader's loop: without it one fault would leave every follower waiting for ever.
            catch (Exception away)
#pragma warning restore CA1031
            {
                if (reachability.Lost())
                {
                    LogAway(away);
                }

                await backoff.DelayAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        LogTail tail;
        do
        {
            var told = feed.Position;
            tail = await reader.ReadTailAsync(told, PageChanges, cancellationToken);
            if (tail.Newest < told)
            {
                LogWentBack(told, tail.Newest);
                reachability.Refuse($"The database went back from revision {told} to {tail.Newest} (a restored backup, or a standby that lacked commits). Restart the silos.");
                return;
            }

            Compacted(tail.Compacted);

            if (!feed.Add(tail))
            {
                LogFellBehind(feed.Position, tail.Compacted);
                feed.Skip(tail.Newest);
            }
        }
        while (tail.Newest > feed.Position);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var timer = time.CreateTimer(static source => ((CancellationTokenSource)source!).Cancel(), timeout, Poll, Timeout.InfiniteTimeSpan);
        try
        {
            await wanted.Reader.ReadAsync(timeout.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The time to look has come.
        }
    }
}
