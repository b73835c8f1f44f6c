using System.Collections.Concurrent;

namespace Grainhouse.Cluster.Tests;

/// <summary>Follows the writers' config maps; when its silo goes it resumes on the next one, after the last revision that it saw.</summary>
internal sealed class Watcher(SiloCluster cluster, int first)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>What it was told of, by name: how often.</summary>
    public ConcurrentDictionary<string, int> Added { get; } = new(StringComparer.Ordinal);

    /// <summary>What no watch may say: an error, or an older revision after a newer one.</summary>
    public ConcurrentQueue<string> Faults { get; } = new();

    /// <summary>Watches until cancelled.</summary>
    public async Task RunAsync(string resourceVersion, CancellationToken cancellationToken)
    {
        var last = long.Parse(resourceVersion);
        for (var at = first % cluster.Silos.Count; !cancellationToken.IsCancellationRequested; at = (at + 1) % cluster.Silos.Count)
        {
            try
            {
                using var watch = await cluster.Silos[at].Watches.WatchAsync($"{Writer.Path}?labelSelector=writer", $"{last}", cancellationToken);
                if (watch.StatusCode == 200)
                {
                    last = await FollowAsync(watch, last, cancellationToken);
                }
            }
            catch (Exception away) when (away is HttpRequestException or IOException or OperationCanceledException)
            {
                // The silo is gone, or only starting: on to the next.
            }

            await Task.Delay(Pause, CancellationToken.None);
        }
    }

    private async Task<long> FollowAsync(RawWatch watch, long last, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in watch.EventsAsync(cancellationToken))
            {
                if (change.Type != "ADDED" || change.Revision <= last)
                {
                    Faults.Enqueue($"{change.Type} {change.Object} after {last}");
                    continue;
                }

                last = change.Revision;
                Added.AddOrUpdate(change.Name, 1, static (_, count) => count + 1);
            }
        }
        catch (Exception cut) when (cut is HttpRequestException or IOException or System.Text.Json.JsonException)
        {
            // Cut off in the middle of a line.
        }

        return last;
    }
}
