using System.Buffers;
using Google.Protobuf;
using Grainhouse.Interfaces.Api;
using Grpc.Core;

namespace Grainhouse.Gateway.Calls;

/// <content>The calls that are answered bit by bit.</content>
internal sealed partial class ObjectsDoor
{
    /// <inheritdoc/>
    public override async Task Watch(WatchRequest request, IServerStreamWriter<WatchEvent> responseStream, ServerCallContext context)
    {
        var query = new InnerQuery()
            .Add("watch", true)
            .Add("labelSelector", request.Selection?.Labels ?? "")
            .Add("fieldSelector", request.Selection?.Fields ?? "")
            .Add("resourceVersion", request.ResourceVersion)
            .Add("resourceVersionMatch", request.SendInitialEvents ? "NotOlderThan" : "")
            .Add("sendInitialEvents", request.SendInitialEvents)
            .Add("allowWatchBookmarks", request.Bookmarks || request.SendInitialEvents)
            .Add("timeoutSeconds", request.TimeoutSeconds == 0 ? null : request.TimeoutSeconds);
        await using var call = await door.OpenAsync(new InnerRequest("GET", ApiPath.Collection(request.Type, request.Namespace)) { Query = query }, context);

        // Who waits for the headers knows then that the watch is open.
        await context.WriteResponseHeadersAsync([]);
        while (true)
        {
            var read = await call.Body.ReadAsync(context.CancellationToken);
            var buffer = read.Buffer;
            while (WatchMessages.TryTakeLine(ref buffer, out var line))
            {
                await responseStream.WriteAsync(WatchMessages.Make(line, request.View), context.CancellationToken);
            }

            call.Body.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }

    /// <inheritdoc/>
    public override async Task Logs(LogsRequest request, IServerStreamWriter<LogChunk> responseStream, ServerCallContext context)
    {
        var query = new InnerQuery()
            .Add("container", request.Container)
            .Add("follow", request.Follow)
            .Add("previous", request.Previous)
            .Add("timestamps", request.Timestamps)
            .Add("tailLines", request.HasTailLines ? request.TailLines : null)
            .Add("limitBytes", request.HasLimitBytes ? request.LimitBytes : null)
            .Add("sinceTime", request.Since is null ? "" : request.Since.ToDateTimeOffset().ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'Z'"));
        await using var call = await door.OpenAsync(new InnerRequest("GET", ApiPath.Object(Pod(request.Namespace, request.Pod), "log")) { Query = query }, context);
        await context.WriteResponseHeadersAsync([]);
        while (true)
        {
            var read = await call.Body.ReadAsync(context.CancellationToken);
            foreach (var piece in read.Buffer)
            {
                await responseStream.WriteAsync(new LogChunk { Data = UnsafeByteOperations.UnsafeWrap(piece) }, context.CancellationToken);
            }

            call.Body.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return;
            }
        }
    }
}
