using System.Buffers;
using Google.Protobuf;
using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Pods;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Sends a container's log through a tunnel, as kubelet's containerLogs endpoint does.</summary>
internal static class LogStreamer
{
    private const uint OutputChannel = 1;

    /// <summary>Lines are gathered into frames of about this size while more are at hand.</summary>
    private const int FrameBytes = 32 * 1024;

    /// <summary>Sends the log, or the error that there is none.</summary>
    public static async Task SendAsync(NodePods pods, TunnelRequest request, IClientStreamWriter<TunnelFrame> frames, CancellationToken cancellationToken)
    {
        var found = Find(pods, request);
        if (found.Error.Length > 0)
        {
            await frames.WriteAsync(new TunnelFrame { Error = found.Error, ErrorCode = found.Code }, cancellationToken);
            return;
        }

        var logs = request.Logs;
        var query = new LogQuery
        {
            Follow = logs.Follow,
            TailLines = logs.HasTailLines ? logs.TailLines : null,
            Since = logs.HasSinceUnixMs ? DateTimeOffset.FromUnixTimeMilliseconds(logs.SinceUnixMs) : null,
        };
        await CopyAsync(found.Runtime!.ReadLogsAsync(found.ContainerId, query, cancellationToken), logs, frames, cancellationToken);
    }

    private static async Task CopyAsync(
        IAsyncEnumerable<LogLine> lines, LogsRequest request, IClientStreamWriter<TunnelFrame> frames, CancellationToken cancellationToken)
    {
        var left = request.HasLimitBytes ? request.LimitBytes : long.MaxValue;
        var buffer = new ArrayBufferWriter<byte>(FrameBytes);
        await using var enumerator = lines.GetAsyncEnumerator(cancellationToken);
        while (left > 0)
        {
            var next = enumerator.MoveNextAsync();
            if (!next.IsCompleted && buffer.WrittenCount > 0)
            {
                // Nothing more is at hand: what there is should not wait.
                left = await FlushAsync(buffer, left, frames, cancellationToken);
            }

            if (!await next)
            {
                break;
            }

            LogLineFormat.Write(enumerator.Current, request.Timestamps, buffer);
            if (buffer.WrittenCount >= FrameBytes)
            {
                left = await FlushAsync(buffer, left, frames, cancellationToken);
            }
        }

        if (left > 0 && buffer.WrittenCount > 0)
        {
            await FlushAsync(buffer, left, frames, cancellationToken);
        }
    }

    private static async Task<long> FlushAsync(ArrayBufferWriter<byte> buffer, long left, IClientStreamWriter<TunnelFrame> frames, CancellationToken cancellationToken)
    {
        var length = (int)Math.Min(left, buffer.WrittenCount);
        await frames.WriteAsync(new TunnelFrame { Channel = OutputChannel, Data = ByteString.CopyFrom(buffer.WrittenSpan[..length]) }, cancellationToken);
        buffer.ResetWrittenCount();
        return left - length;
    }

    private static (IContainerRuntime? Runtime, string ContainerId, string Error, int Code) Find(NodePods pods, TunnelRequest request)
    {
        if (pods.Find(request.PodUid) is not { State.Pod: not null } worker)
        {
            return (null, "", $"pod \"{request.PodUid}\" not found", 404);
        }

        var state = worker.State;
        foreach (var container in state.Containers)
        {
            if (container.Name == request.Container)
            {
                return Find(worker, container, request.Logs.Previous);
            }
        }

        return (null, "", $"container \"{request.Container}\" in pod \"{state.Identity.Name}\" is not available", 400);
    }

    private static (IContainerRuntime? Runtime, string ContainerId, string Error, int Code) Find(PodWorker worker, ContainerRecord container, bool previous)
    {
        var pod = worker.State.Identity.Name;
        if (previous)
        {
            // While the next attempt waits, the one before it is the last terminated one.
            return container.PreviousId.Length > 0
                ? (worker.Tools.Runtime, container.PreviousId, "", 0)
                : (null, "", $"previous terminated container \"{container.Name}\" in pod \"{pod}\" not found", 400);
        }

        var id = container.RuntimeId.Length > 0 ? container.RuntimeId : container.PreviousId;
        if (id.Length > 0)
        {
            return (worker.Tools.Runtime, id, "", 0);
        }

        var reason = container.WaitingReason.Length > 0 ? container.WaitingReason : "ContainerCreating";
        var words = reason switch
        {
            "ErrImagePull" or "ImagePullBackOff" or "ErrImageNeverPull" or "InvalidImageName" => $"trying and failing to pull image",
            _ => reason,
        };
        return words == reason
            ? (null, "", $"container \"{container.Name}\" in pod \"{pod}\" is waiting to start: {reason}", 400)
            : (null, "", $"container \"{container.Name}\" in pod \"{pod}\" is waiting to start: {words}", 400);
    }
}
