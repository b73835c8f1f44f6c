using Grainhouse.Gateway.Agents;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;
using Grpc.Core;

namespace Grainhouse.Gateway.Streams;

/// <summary>Tunnels whose far end has said that it is there.</summary>
internal static class StreamTunnel
{
    /// <summary>Opens a tunnel and waits for the agent's word on what was asked for.</summary>
    /// <returns>The tunnel, open; or why there is none.</returns>
    public static async Task<(Tunnel? Tunnel, ApiStatus? Error)> OpenAsync(
        TunnelOpener opener, StreamTarget target, TunnelRequest request, CancellationToken cancellationToken)
    {
        request.PodUid = target.PodUid;
        request.Container = target.Container;
        if (await opener.OpenAsync(target.Node, request, cancellationToken) is not { } tunnel)
        {
            return (null, ApiStatus.Unavailable($"the agent of node \"{target.Node}\" is not in reach: pod \"{target.PodName}\" cannot be reached now"));
        }

        var error = await FirstWordAsync(tunnel.Frames, cancellationToken);
        if (error is null)
        {
            return (tunnel, null);
        }

        tunnel.Dispose();
        return (null, error);
    }

    /// <summary>Whether a tunnel's agent went away, by what reading or writing its frames throws.</summary>
    public static bool IsLost(Exception error) => error is IOException or RpcException or InvalidOperationException or OperationCanceledException;

    private static async Task<ApiStatus?> FirstWordAsync(IAsyncStreamReader<TunnelFrame> frames, CancellationToken cancellationToken)
    {
        try
        {
            // The first frame, which named the tunnel, is current already.
            while (!frames.Current.Open && frames.Current.Error.Length == 0)
            {
                if (!await frames.MoveNext(cancellationToken))
                {
                    return ApiStatus.Unavailable("the node's agent went away");
                }
            }

            return frames.Current.Error.Length == 0 ? null : Status(frames.Current);
        }
        catch (Exception lost) when (IsLost(lost) && !cancellationToken.IsCancellationRequested)
        {
            return ApiStatus.Unavailable($"the node's agent went away: {lost.Message}");
        }
    }

    private static ApiStatus Status(TunnelFrame frame) => frame.ErrorCode switch
    {
        400 => ApiStatus.BadRequest(frame.Error),
        404 => new ApiStatus(404, "NotFound", frame.Error),
        501 => new ApiStatus(501, "NotImplemented", frame.Error),
        503 => ApiStatus.Unavailable(frame.Error),
        _ => new ApiStatus(500, "InternalError", frame.Error),
    };
}
