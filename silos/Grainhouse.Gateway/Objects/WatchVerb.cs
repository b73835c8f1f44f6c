using Grainhouse.Gateway.Computed;
using Grainhouse.Gateway.Metrics;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Interfaces.Objects;
using Grainhouse.Interfaces.Storage;
using Microsoft.Extensions.Hosting;

namespace Grainhouse.Gateway.Objects;

/// <summary>WATCH: a stream of changes, one event a line of JSON or a frame of protobuf, flushed with each batch.</summary>
internal sealed class WatchVerb(
    IObjectCache cache, ComputedObjects computed, ReadVerbs reads, GatewayOptions options, ApiMetrics metrics, TimeProvider time, IHostApplicationLifetime lifetime)
{
    // As kube-apiserver: clients that name no time are spread over half an hour, so that they do not all come back at once.
    private static readonly TimeSpan ShortestDefault = TimeSpan.FromMinutes(30);

    /// <summary>Streams changes until the client leaves, the time is over or the server stops.</summary>
    public async Task WatchAsync(ResourceRequest request, ListQuery query)
    {
        if (query.Revision is null)
        {
            await cache.CatchUpAsync(request.Aborted);
        }
        else if (query.Revision > cache.Revision && query.SendInitialEvents == true)
        {
            await cache.CatchUpAsync(request.Aborted);
            if (query.Revision > cache.Revision)
            {
                await Answer.FailureAsync(request.Http, Refusals.FutureRevision(query.Revision.Value, cache.Revision));
                return;
            }
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, lifetime.ApplicationStopping);
        using var timer = new CancellationTokenSource(query.Timeout ?? ShortestDefault * (1 + Random.Shared.NextDouble()), time);
        await using var registration = timer.Token.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), end);

        EventForm events = request.Form.Encoding == BodyEncoding.Protobuf ? new ProtobufEvents(ProtobufForm.Of(request)) : new JsonEvents(reads.Form(request));
        using var socket = request.Http.WebSockets.IsWebSocketRequest ? new WebSocketWatchOutput(request.Http, request.Form.Encoding != BodyEncoding.Protobuf, end) : null;
        var output = (WatchOutput?)socket ?? new HttpWatchOutput(request.Http.Response);
        var stream = new WatchStream(request, query, events, output, metrics, options.BookmarkInterval, time);
        await output.StartAsync(events.ContentType, end.Token);
        var resource = request.Resource.Stored.QualifiedName;
        var after = query.Revision ?? cache.Revision;
        if (WithState(query))
        {
            var state = computed.Owns(request.Resource) ? await computed.ListAsync(request.Resource, request.Namespace, end.Token) : cache.List(resource, request.Namespace);
            after = await stream.SendStateAsync(state, end.Token);
        }

        request.Seat?.Dispose();
        await stream.FollowAsync(cache.WatchAsync(after, resource, request.Namespace, end.Token), after, end.Token);
        await output.CompleteAsync();
    }

    private static bool WithState(ListQuery query) => query.SendInitialEvents ?? query.Revision is null or 0;
}
