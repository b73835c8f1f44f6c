using Grainhouse.Gateway.Agents;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Grainhouse.Gateway.Objects;

/// <summary>GET of <c>pods/NAME/log</c>: the bytes come from the node's agent through a tunnel.</summary>
internal sealed class LogVerb(
    ObjectGrains objects, TunnelOpener tunnels, TimeProvider time, IHostApplicationLifetime lifetime)
{
    // A log that says nothing for so long is a quiet one, not a failing one: its answer begins, so that followers know it is open.
    private static readonly TimeSpan QuietAfter = TimeSpan.FromMilliseconds(500);

    /// <summary>Answers with a log, to its end or, when following, until the client leaves.</summary>
    public async Task GetAsync(ResourceRequest request)
    {
        var http = request.Http;
        var query = LogQuery.Read(http.Request, time.GetUtcNow());
        if (await objects.Get(request.Key).GetAsync() is not { } pod)
        {
            await Answer.FailureAsync(http, ApiStatus.NotFound(request.Resource, request.Name));
            return;
        }

        var (source, error) = LogSource.Find(pod, query.Container, query.Request.Previous);
        if (source is null)
        {
            await Answer.FailureAsync(http, error!);
            return;
        }

        if (source.Node.Length == 0)
        {
            // As upstream: a pod without a node has an empty log.
            await Answer.TextAsync(http, 200, "");
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, lifetime.ApplicationStopping);
        var ask = new TunnelRequest { PodUid = source.PodUid, Container = source.Container, Logs = query.Request };
        using var tunnel = await tunnels.OpenAsync(source.Node, ask, end.Token);
        if (tunnel is null)
        {
            await Answer.FailureAsync(http, ApiStatus.Unavailable($"the agent of node \"{source.Node}\" is not in reach: the log of pod \"{request.Name}\" cannot be read now"));
            return;
        }

        await CopyAsync(tunnel.Frames, http, end.Token);
    }

    private async Task CopyAsync(IAsyncStreamReader<TunnelFrame> frames, HttpContext http, CancellationToken cancellationToken)
    {
        var response = http.Response;
        response.ContentType = "text/plain";
        try
        {
            // The first frame, which named the tunnel, is current already.
            do
            {
                var frame = frames.Current;
                if (frame.Error.Length > 0)
                {
                    await FailAsync(http, frame);
                    return;
                }

                if (frame.Data.Length > 0)
                {
                    await response.BodyWriter.WriteAsync(frame.Data.Memory, cancellationToken);
                }
            }
            while (await NextAsync(frames, response, cancellationToken));
            await StartAsync(response, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The client left, or the gateway stops: the answer simply ends.
        }
        catch (Exception lost) when (lost is IOException or RpcException or InvalidOperationException or OperationCanceledException)
        {
            // The agent's stream broke. What came is true; an answer that has not begun can still say so.
            if (!response.HasStarted)
            {
                await Answer.FailureAsync(http, ApiStatus.Unavailable($"the node's agent went away: {lost.Message}"));
            }
        }
    }

    private async Task<bool> NextAsync(IAsyncStreamReader<TunnelFrame> frames, HttpResponse response, CancellationToken cancellationToken)
    {
        var next = frames.MoveNext(cancellationToken);
        if (!response.HasStarted && !next.IsCompleted)
        {
            using var stop = new CancellationTokenSource();
            await Task.WhenAny(next, Task.Delay(QuietAfter, time, stop.Token));
            await stop.CancelAsync();
            if (!next.IsCompleted)
            {
                await StartAsync(response, cancellationToken);
            }
        }

        return await next;
    }

    private static async Task StartAsync(HttpResponse response, CancellationToken cancellationToken)
    {
        await response.StartAsync(cancellationToken);
        await response.BodyWriter.FlushAsync(cancellationToken);
    }

    private static Task FailAsync(HttpContext http, TunnelFrame frame)
    {
        if (http.Response.HasStarted)
        {
            // Too late for a status: as the kubelet does, the words become the log's last line.
            return http.Response.WriteAsync(frame.Error + "\n", http.RequestAborted);
        }

        var (code, reason) = frame.ErrorCode switch
        {
            400 => (400, "BadRequest"),
            404 => (404, "NotFound"),
            503 => (503, "ServiceUnavailable"),
            _ => (500, "InternalError"),
        };
        return Answer.FailureAsync(http, new ApiStatus(code, reason, frame.Error));
    }
}
