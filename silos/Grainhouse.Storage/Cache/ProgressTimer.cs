namespace Grainhouse.Storage.Cache;

/// <summary>Tells watches without changes how far the store is: seldom, and never while nothing is written.</summary>
internal sealed class ProgressTimer : IDisposable
{
    // At most one wake-up a second for each watch, and a thousand a second for all together.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan PerWatch = TimeSpan.FromMilliseconds(1);

    private readonly WatchTopics topics;
    private readonly ITimer timer;
    private int armed;
    private long dispatched;

    public ProgressTimer(WatchTopics topics, TimeProvider time)
    {
        this.topics = topics;
        timer = time.CreateTimer(static state => ((ProgressTimer)state!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>A revision was handed to all topics that it concerns.</summary>
    public void Dispatched(long revision)
    {
        Volatile.Write(ref dispatched, revision);
        var watches = topics.Subscribers;
        if (watches > 0 && Interlocked.Exchange(ref armed, 1) == 0)
        {
            var period = PerWatch * watches;
            timer.Change(period > Shortest ? period : Shortest, Timeout.InfiniteTimeSpan);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => timer.Dispose();

    private void Fire()
    {
        // Disarmed first: a revision that comes in between arms it again and is told next time.
        Volatile.Write(ref armed, 0);
        topics.Progress(Volatile.Read(ref dispatched));
    }
}
