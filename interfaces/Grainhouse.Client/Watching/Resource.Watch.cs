using System.Runtime.CompilerServices;
using Grainhouse.Client.Connections;
using Grainhouse.Client.Resources;
using Grainhouse.Client.Watching;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Client;

/// <content>Watches.</content>
public sealed partial class Resource<T>
{
    // As client-go: a server that answers watches is asked anew after 5 to 10 minutes, so that load spreads over new servers.
    private static readonly TimeSpan ShortestWatch = TimeSpan.FromMinutes(5);

    // A server ends a watch when its time is over; one that says nothing long after is gone without a word.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(30);

    /// <summary>Follows changes, every one once and in order, over disconnects and restarts of the server, until cancelled.</summary>
    /// <param name="selection">Which objects; null for all.</param>
    /// <param name="resourceVersion">Only changes after this one. Null: what is there comes first, as <see cref="WatchChangeType.Added"/>.</param>
    /// <param name="bookmarks">Whether to say now and then how far the watch has come.</param>
    /// <param name="cancellationToken">Ends the watch.</param>
    /// <exception cref="ApiException">
    /// The server refuses the watch. With <see cref="ApiException.IsExpired"/> it has forgotten the changes that come next: begin again
    /// without a resourceVersion, or use an <see cref="Informer{T}"/>, which does.
    /// </exception>
    public async IAsyncEnumerable<WatchChange<T>> WatchAsync(
        Selection? selection = null, string? resourceVersion = null, bool bookmarks = false, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var selected = selection ?? Selection.Everything;
        if (resourceVersion is null)
        {
            var state = await ListAsync(selected, cancellationToken);
            resourceVersion = state.ResourceVersion;
            foreach (var item in state.Items)
            {
                yield return new WatchChange<T>(WatchChangeType.Added, item, resourceVersion);
            }
        }

        await foreach (var change in FollowAsync(selected, resourceVersion, cancellationToken))
        {
            if (bookmarks || change.Type != WatchChangeType.Bookmark)
            {
                yield return change;
            }
        }
    }

    /// <summary>Keeps the objects of this kind at hand, and tells of their changes. Run it.</summary>
    /// <param name="selection">Which objects; null for all.</param>
    /// <param name="resync">How often every object is shown again (<see cref="InformerChangeType.Resync"/>); null for never.</param>
    public Informer<T> Informer(Selection? selection = null, TimeSpan? resync = null) =>
        new(this, selection ?? Selection.Everything, resync, loggers.CreateLogger<Informer<T>>(), time);

    /// <summary>Follows changes with bookmarks, and opens the watch again wherever it ends.</summary>
    internal async IAsyncEnumerable<WatchChange<T>> FollowAsync(
        Selection selection, string resourceVersion, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var backoff = new Backoff(time);
        for (var reconnects = false; ; reconnects = true)
        {
            if (reconnects)
            {
                await backoff.WaitAsync(cancellationToken);
                ClientTelemetry.Reconnected(Kind);
            }

            await using var answer = await OpenAsync(selection, resourceVersion, cancellationToken);
            while (answer is not null && await NextAsync(answer, cancellationToken) is { } change)
            {
                backoff.Reset();
                resourceVersion = change.ResourceVersion;
                yield return change;
            }
        }
    }

    // Null: not now.
    private async Task<WatchAnswer<T>?> OpenAsync(Selection selection, string resourceVersion, CancellationToken cancellationToken)
    {
        try
        {
            var length = ShortestWatch * (1 + Random.Shared.NextDouble());
            var query = new QueryText().Add("watch", "true").Add("allowWatchBookmarks", "true").Add("resourceVersion", resourceVersion)
                .Add("timeoutSeconds", $"{(int)length.TotalSeconds}").Add(selection);
            var path = $"{await CollectionAsync(selection.Namespace)}{query}";
            var response = await transport.OpenAsync(Named("watch"), path, cancellationToken);
            return new WatchAnswer<T>(response, await response.Content.ReadAsStreamAsync(cancellationToken), codec, length + Grace, time);
        }
        catch (Exception lost) when (IsPassing(lost, cancellationToken))
        {
            LogLost(Kind, lost.Message);
            return null;
        }
    }

    // Null: this answer has ended.
    private async ValueTask<WatchChange<T>?> NextAsync(WatchAnswer<T> answer, CancellationToken cancellationToken)
    {
        try
        {
            return await answer.NextAsync(cancellationToken);
        }
        catch (Exception lost) when (IsPassing(lost, cancellationToken))
        {
            LogLost(Kind, lost.Message);
            return null;
        }
    }

    /// <summary>Whether it is worth while to try again: the server, or the way to it, is away.</summary>
    internal static bool IsPassing(Exception error, CancellationToken cancellationToken) => error switch
    {
        ApiException refused => refused.StatusCode is 429 or >= 500,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => error is HttpRequestException or IOException or TimeoutException,
    };

    [LoggerMessage(1, LogLevel.Debug, "The watch of {Kind} was lost and is opened again: {Reason}")]
    private partial void LogLost(string kind, string reason);
}
