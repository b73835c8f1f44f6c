using System.Collections.Immutable;
using Google.Protobuf;
using Grainhouse.HostAgent.Nodes;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;

namespace Grainhouse.HostAgent.Streams;

/// <summary>Lets the far end of a tunnel talk with a process: a new command, or a container's own.</summary>
internal static class CommandStreamer
{
    private const uint Stdout = 1;
    private const uint Stderr = 2;

    /// <summary>For runtimes that only collect what a command says.</summary>
    private static readonly TimeSpan CollectedTimeout = TimeSpan.FromMinutes(1);

    /// <summary>Starts or finds the process and passes bytes both ways until it has ended.</summary>
    /// <exception cref="StreamRefusedException">There is no such process.</exception>
    public static async Task RunAsync(
        NodePods pods, TunnelRequest request, TunnelInput input, IClientStreamWriter<TunnelFrame> output, CancellationToken cancellationToken)
    {
        await using var process = await StartAsync(pods, request, cancellationToken);
        input.PassTo((frame, token) => PassAsync(process, frame, token));
        await output.WriteAsync(new TunnelFrame { Open = true }, cancellationToken);
        using var turn = new SemaphoreSlim(1, 1);
        var code = await process.ListenAsync((isError, data, token) => SayAsync(output, turn, isError, data, token), cancellationToken);
        input.Drop();
        await output.WriteAsync(new TunnelFrame { Exit = new ProcessExit { Code = code } }, cancellationToken);
    }

    private static async Task<ITalkingProcess> StartAsync(NodePods pods, TunnelRequest request, CancellationToken cancellationToken)
    {
        var worker = StreamSource.Pod(pods, request);
        var id = StreamSource.RunningContainer(worker, request.Container);
        var runtime = worker.Tools.Runtime;
        try
        {
            if (request.Attach is { } attach)
            {
                return await StreamSource.Streaming(runtime, "streams to attach to").AttachAsync(id, Wanted(attach.Streams), cancellationToken);
            }

            var command = request.Exec.Command.ToImmutableArray();
            return runtime is IStreamingRuntime streaming
                ? await streaming.StartCommandAsync(id, command, Wanted(request.Exec.Streams), cancellationToken)
                : new SpokenResult(await runtime.ExecAsync(id, command, CollectedTimeout, cancellationToken), isError: false);
        }
        catch (RuntimeException gone) when (gone.Kind == RuntimeErrorKind.NotFound)
        {
            throw StreamSource.NotRunning(request.Container);
        }
    }

    private static ProcessStreams Wanted(Interfaces.Agents.Streams streams) => new(streams.Stdin, streams.Stdout, streams.Stderr, streams.Tty);

    // A process may say two things at once; the tunnel takes one after the other.
    private static async ValueTask SayAsync(
        IClientStreamWriter<TunnelFrame> output, SemaphoreSlim turn, bool isError, ReadOnlyMemory<byte> data, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            await output.WriteAsync(new TunnelFrame { Channel = isError ? Stderr : Stdout, Data = UnsafeByteOperations.UnsafeWrap(data) }, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private static async ValueTask PassAsync(ITalkingProcess process, TunnelFrame frame, CancellationToken cancellationToken)
    {
        // As the kubelet: a client without a terminal of its own may say that it has no size.
        if (frame.Size is { Width: > 0, Height: > 0 } size)
        {
            await process.ResizeAsync((int)size.Width, (int)size.Height, cancellationToken);
        }

        if (!frame.Data.IsEmpty)
        {
            await process.WriteAsync(frame.Data.Memory, cancellationToken);
        }

        if (frame.End)
        {
            await process.EndInputAsync(cancellationToken);
        }
    }
}
