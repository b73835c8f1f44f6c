using System.Net.Sockets;
using Google.Protobuf;
using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Runtimes.Hosts;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;

namespace Grainhouse.HostAgent.Streams;

/// <summary>Connects the far end of a tunnel with a port of a pod.</summary>
internal static class PortStreamer
{
    private const uint Bytes = 1;
    private const int BufferBytes = 32 * 1024;

    /// <summary>Connects and passes bytes both ways until the pod sends nothing more; a request that names no pod is for the host.</summary>
    /// <exception cref="StreamRefusedException">Nobody listens there.</exception>
    public static async Task RunAsync(
        NodePods pods, TunnelRequest request, TunnelInput input, IClientStreamWriter<TunnelFrame> output, CancellationToken cancellationToken)
    {
        await using var server = await ConnectAsync(pods, request, cancellationToken);
        input.PassTo((frame, token) => PassAsync(server, frame, token));
        await output.WriteAsync(new TunnelFrame { Open = true }, cancellationToken);
        await ReceiveAsync(server, output, cancellationToken);
        input.Drop();
    }

    private static async Task<Stream> ConnectAsync(NodePods pods, TunnelRequest request, CancellationToken cancellationToken)
    {
        try
        {
            return await (request.PodUid.Length == 0
                ? LocalPort.ConnectAsync(LocalPort.NewSocketAsync, (int)request.Port.Port, cancellationToken)
                : ConnectPodAsync(pods, request, cancellationToken));
        }
        catch (RuntimeException refused) when (refused.Kind == RuntimeErrorKind.NotFound)
        {
            throw new StreamRefusedException(500, refused.Message);
        }
    }

    private static Task<Stream> ConnectPodAsync(NodePods pods, TunnelRequest request, CancellationToken cancellationToken)
    {
        var worker = StreamSource.Pod(pods, request);
        var runtime = StreamSource.Streaming(worker.Tools.Runtime, "ports to connect to");
        if (worker.State.SandboxId.Length == 0)
        {
            throw new StreamRefusedException(500, $"pod \"{worker.State.Identity.Name}\" is not running");
        }

        return runtime.ConnectAsync(worker.State.SandboxId, (int)request.Port.Port, cancellationToken);
    }

    private static async Task ReceiveAsync(Stream server, IClientStreamWriter<TunnelFrame> output, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        try
        {
            while (await server.ReadAsync(buffer, cancellationToken) is var count and > 0)
            {
                await output.WriteAsync(new TunnelFrame { Channel = Bytes, Data = UnsafeByteOperations.UnsafeWrap(buffer.AsMemory(0, count)) }, cancellationToken);
            }
        }
        catch (IOException reset) when (reset.InnerException is SocketException)
        {
            await output.WriteAsync(new TunnelFrame { Error = reset.InnerException.Message.ToLowerInvariant(), ErrorCode = 500 }, cancellationToken);
            return;
        }

        await output.WriteAsync(new TunnelFrame { End = true }, cancellationToken);
    }

    private static async ValueTask PassAsync(Stream server, TunnelFrame frame, CancellationToken cancellationToken)
    {
        if (!frame.Data.IsEmpty)
        {
            await server.WriteAsync(frame.Data.Memory, cancellationToken);
        }

        if (frame.End)
        {
            ((NetworkStream)server).Socket.Shutdown(SocketShutdown.Send);
        }
    }
}
