using Grainhouse.Client.Informers;
using Grainhouse.Client.Watching;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Client;

/// <summary>Keeps the objects of a kind at hand and tells of their changes: lists them once, then watches.</summary>
/// <remarks>
/// It goes on over lost connections, restarts of the server and a history that was compacted (410), for as long as it runs: then it
/// lists again and tells what differs, so that whatever it missed, every listener comes to the final state, once. Reading is safe from
/// any thread and never waits. <see cref="Resource{T}.Informer"/> makes one.
/// </remarks>
public sealed partial class Informer<T>
    where T : class
{
    private readonly Resource<T> resource;
    private readonly Selection selection;
    private readonly TimeSpan? resync;
    private readonly ILogger logger;
    private readonly TimeProvider time;
    private readonly InformerStore<T> store;
    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal Informer(Resource<T> resource, Selection selection, TimeSpan? resync, ILogger logger, TimeProvider time)
    {
        this.resource = resource;
        this.selection = selection;
        this.resync = resync;
        this.logger = logger;
        this.time = time;
        store = new InformerStore<T>(resource.Codec, logger);
    }

    /// <summary>Whether the first list has been read: only then does an object that is not here not exist.</summary>
    public bool HasSynced => synced.Task.IsCompletedSuccessfully;

    /// <summary>How many objects there are.</summary>
    public int Count => store.Count;

    /// <summary>One object; null if there is none. Do not change it.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="namespace">Its namespace; null for a kind without namespaces.</param>
    public T? Get(string name, string? @namespace = null) => store.Get(new ObjectName(@namespace ?? "", name));

    /// <summary>The objects of one namespace or (null) all, in no particular order. Do not change them.</summary>
    public IReadOnlyList<T> List(string? @namespace = null) => store.List(@namespace);

    /// <summary>Tells a listener of every change from now on, and first of what is there, as <see cref="InformerChangeType.Added"/>.</summary>
    /// <param name="listener">
    /// Called for one change after the other. It must be quick and must not wait, because the informer waits for it: put the object's
    /// name into a <see cref="WorkQueue{T}"/>. What it throws is logged.
    /// </param>
    /// <returns>Dispose it to hear no more.</returns>
    public IDisposable Subscribe(Action<InformerChange<T>> listener) => store.Subscribe(listener);

    /// <summary>Returns when the first list has been read.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken = default) => synced.Task.WaitAsync(cancellationToken);

    /// <summary>Lists and watches until cancelled. Run it once.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await using var timer = resync is { } period
            ? time.CreateTimer(static state => ((InformerStore<T>)state!).Resync(), store, period, period)
            : null;
        var backoff = new Backoff(time);
        for (var again = false; ; again = true)
        {
            if (again)
            {
                await backoff.WaitAsync(cancellationToken);
                ClientTelemetry.Relisted(resource.Kind);
            }

            try
            {
                var state = await resource.ListAsync(selection, cancellationToken);
                store.Replace(state.Items);
                synced.TrySetResult();
                await foreach (var change in resource.FollowAsync(selection, state.ResourceVersion, cancellationToken))
                {
                    backoff.Reset();
                    store.Take(change);
                }
            }
            catch (ApiException expired) when (expired.IsExpired)
            {
                LogExpired(resource.Kind, expired.Message);
            }
            catch (Exception refused) when (refused is ApiException || Resource<T>.IsPassing(refused, cancellationToken))
            {
                // Also what looks final, as 403 or a kind that is not served yet: rights are granted and kinds defined while we run.
                LogRefused(resource.Kind, refused.Message);
            }
        }
    }

    [LoggerMessage(11, LogLevel.Information, "The history that the informer of {Kind} follows is gone; it lists again: {Reason}")]
    private partial void LogExpired(string kind, string reason);

    [LoggerMessage(12, LogLevel.Warning, "The informer of {Kind} cannot list or watch now: {Reason}")]
    private partial void LogRefused(string kind, string reason);
}
