using System.Text;
using Grainhouse.Gateway.Metrics;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;

namespace Grainhouse.Gateway.Objects;

/// <summary>One watch's stream.</summary>
internal sealed class WatchStream(ResourceRequest request, ListQuery query, EventForm form, WatchOutput output, ApiMetrics metrics, TimeSpan bookmarkInterval, TimeProvider time)
{
    private const int FlushAt = 64 * 1024;
    private int written;

    /// <summary>Sends a snapshot as ADDED events and, where asked for, the bookmark that ends it. Returns the revision to go on after.</summary>
    public async Task<long> SendStateAsync(ObjectList snapshot, CancellationToken cancellationToken)
    {
        foreach (var item in snapshot.Items)
        {
            if (query.SelectsEverything || query.Matches(item))
            {
                Write("ADDED"u8, item);
                if (output.Unflushed > FlushAt)
                {
                    await output.FlushAsync(cancellationToken);
                }
            }
        }

        if (query is { SendInitialEvents: true, Bookmarks: true })
        {
            WriteBookmark(snapshot.Revision, "{\"annotations\":{\"k8s.io/initial-events-end\":\"true\"},\"creationTimestamp\":null}");
        }

        await output.FlushAsync(cancellationToken);
        Count();
        return snapshot.Revision;
    }

    /// <summary>Sends changes until they end or are cancelled; the end is clean, with a last bookmark.</summary>
    public async Task FollowAsync(IAsyncEnumerable<ChangeBatch> changes, long after, CancellationToken cancellationToken)
    {
        var reached = after;
        await using var batches = changes.GetAsyncEnumerator(cancellationToken);
        try
        {
            var nextBookmark = time.GetUtcNow() + bookmarkInterval;
            while (true)
            {
                var next = batches.MoveNextAsync().AsTask();
                while (query.Bookmarks && await IsDueAsync(nextBookmark, next))
                {
                    WriteBookmark(reached);
                    await output.FlushAsync(cancellationToken);
                    nextBookmark = time.GetUtcNow() + bookmarkInterval;
                }

                if (!await next)
                {
                    break;
                }

                reached = await SendAsync(batches.Current, cancellationToken);
            }
        }
        catch (RevisionCompactedException gone)
        {
            form.WriteError(output.Buffer, Refusals.TooOld(gone.Asked, gone.Oldest));
            output.EndEvent();
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            if (query.Bookmarks && reached > 0)
            {
                WriteBookmark(reached);
            }
        }

        if (!request.Aborted.IsCancellationRequested)
        {
            await output.FlushAsync(CancellationToken.None);
        }
    }

    // Waits for the time of a bookmark, but no longer than for the next batch.
    private async ValueTask<bool> IsDueAsync(DateTimeOffset due, Task<bool> next)
    {
        var left = due - time.GetUtcNow();
        if (left <= TimeSpan.Zero || next.IsCompleted)
        {
            return left <= TimeSpan.Zero;
        }

        using var stop = new CancellationTokenSource();
        var delay = Task.Delay(left, time, stop.Token);
        var first = await Task.WhenAny(next, delay);
        await stop.CancelAsync();
        return first == delay;
    }

    private async ValueTask<long> SendAsync(ChangeBatch batch, CancellationToken cancellationToken)
    {
        if (batch.Changes.IsEmpty)
        {
            return batch.Revision;
        }

        form.SetTime(time.GetUtcNow());
        var wrote = false;
        foreach (var change in batch.Changes)
        {
            wrote |= Write(change);
            if (output.Unflushed > FlushAt)
            {
                await output.FlushAsync(cancellationToken);
            }
        }

        if (wrote)
        {
            await output.FlushAsync(cancellationToken);
            Count();
        }

        return batch.Revision;
    }

    private void Count()
    {
        metrics.Sent(request.Resource, written);
        written = 0;
    }

    private bool Write(ObjectChange change)
    {
        if (query.SelectsEverything)
        {
            Write(Type(change.Kind), change.Object);
            return true;
        }

        var was = change.Previous is { } previous && query.Matches(previous);
        var @is = change.Kind != ChangeKind.Deleted && query.Matches(change.Object);
        switch (was, @is)
        {
            case (false, false):
                return false;
            case (false, true):
                Write("ADDED"u8, change.Object);
                return true;
            case (true, true):
                Write("MODIFIED"u8, change.Object);
                return true;
            default:
                // The last state that was selected, at the revision that ended it.
                var last = change.Kind == ChangeKind.Deleted ? change.Object : change.Previous!.WithRevision(change.Object.Revision);
                Write("DELETED"u8, last);
                return true;
        }
    }

    private void WriteBookmark(long revision, string metadata = "{\"creationTimestamp\":null}")
    {
        var document = $"{{\"kind\":\"{request.Resource.Kind}\",\"apiVersion\":\"{request.Resource.ApiVersion}\",\"metadata\":{metadata}}}";
        Write("BOOKMARK"u8, new KubeObject(request.Resource.Key("", ""), revision, Encoding.UTF8.GetBytes(document)));
    }

    private void Write(ReadOnlySpan<byte> type, KubeObject item)
    {
        form.WriteEvent(output.Buffer, type, item);
        output.EndEvent();
        written++;
    }

    private static ReadOnlySpan<byte> Type(ChangeKind kind) => kind switch
    {
        ChangeKind.Added => "ADDED"u8,
        ChangeKind.Modified => "MODIFIED"u8,
        _ => "DELETED"u8,
    };
}
