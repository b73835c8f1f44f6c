namespace Grainhouse.Storage.Cache;

/// <summary>What wakes a watch.</summary>
/// <param name="QuietUpTo">The revision up to which nothing happened that the watch has not read: it goes on reading after it.</param>
/// <param name="IsProgress">Nothing happened here; only the store went on.</param>
internal readonly record struct WatchNews(long QuietUpTo, bool IsProgress);

/// <summary>Where the watches of one scope wait. A write wakes only the topics that it concerns.</summary>
internal sealed class WatchTopic
{
    private readonly Lock gate = new();
    private TaskCompletionSource<WatchNews>? waiting;
    private long lastRevision;

    /// <summary>Watches of this scope; changed under the lock of <see cref="WatchTopics"/>.</summary>
    public int Subscribers { get; set; }

    /// <summary>Waits for something after a revision up to which the watch has read everything.</summary>
    public Task<WatchNews> WaitAsync(long after)
    {
        lock (gate)
        {
            if (lastRevision > after)
            {
                return Task.FromResult(new WatchNews(after, IsProgress: false));
            }

            waiting ??= new TaskCompletionSource<WatchNews>(TaskCreationOptions.RunContinuationsAsynchronously);
            return waiting.Task;
        }
    }

    /// <summary>A batch with changes of this scope is there to be read.</summary>
    /// <param name="previousRevision">The revision up to which nothing else happened here.</param>
    /// <param name="revision">The revision that is to be read.</param>
    public void Signal(long previousRevision, long revision)
    {
        TaskCompletionSource<WatchNews>? woken;
        lock (gate)
        {
            lastRevision = revision;
            woken = waiting;
            waiting = null;
        }

        woken?.SetResult(new WatchNews(previousRevision, IsProgress: false));
    }

    /// <summary>Tells those who wait how far the store is.</summary>
    public void Progress(long revision)
    {
        TaskCompletionSource<WatchNews>? woken;
        lock (gate)
        {
            woken = waiting;
            waiting = null;
        }

        woken?.SetResult(new WatchNews(revision, IsProgress: true));
    }
}
