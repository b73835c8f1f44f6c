using System.Collections.Concurrent;
using Google.Protobuf;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Answers tunnel requests: dials the gateway back and sends what was asked for.</summary>
internal sealed partial class Tunnels(
    IAgentNode node, Uri gateway, Func<string, (GrpcChannel Channel, bool IsOwn)> dial, ILogger logger) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Task, byte> open = new();
    private readonly CancellationTokenSource stop = new();

    /// <summary>Opens a tunnel; returns at once.</summary>
    public void Open(TunnelRequest request)
    {
        var task = ServeAsync(request);
        open.TryAdd(task, 0);
        _ = task.ContinueWith(done => open.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(open.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task ServeAsync(TunnelRequest request)
    {
        var (channel, isOwn) = dial(request.Gateway);
        try
        {
            using var call = new AgentGateway.AgentGatewayClient(channel).Tunnel(cancellationToken: stop.Token);
            await call.RequestStream.WriteAsync(new TunnelFrame { TunnelId = request.Id }, stop.Token);
            using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);

            // The gateway ends its side when its client goes away: then there is nobody left to send to.
            var watching = WatchAsync(call.ResponseStream, ended);
            await SendAsync(request, call.RequestStream, ended.Token);
            await call.RequestStream.CompleteAsync();
            await watching.WaitAsync(TimeSpan.FromSeconds(10), stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (Exception error) when (error is OperationCanceledException or RpcException or InvalidOperationException)
        {
            LogTunnelEnded(request.Id, gateway, error.Message);
        }
        finally
        {
            if (isOwn)
            {
                channel.Dispose();
            }
        }
    }

    private static async Task WatchAsync(IAsyncStreamReader<TunnelFrame> frames, CancellationTokenSource ended)
    {
        try
        {
            while (await frames.MoveNext(ended.Token))
            {
                // Logs take no input.
            }
        }
        catch (RpcException)
        {
            // The stream's end is the message.
        }
        catch (OperationCanceledException)
        {
            return;
        }

        await ended.CancelAsync();
    }

    private async Task SendAsync(TunnelRequest request, IClientStreamWriter<TunnelFrame> frames, CancellationToken cancellationToken)
    {
        try
        {
            await LogStreamer.SendAsync(node.Pods, request, frames, cancellationToken);
        }
        catch (RuntimeException error)
        {
            await frames.WriteAsync(new TunnelFrame { Error = error.Message, ErrorCode = error.Kind == RuntimeErrorKind.NotFound ? 404 : 500 }, cancellationToken);
        }
    }

    [LoggerMessage(3060, LogLevel.Debug, "Tunnel {Tunnel} to {Gateway} ended: {Error}")]
    private partial void LogTunnelEnded(string tunnel, Uri gateway, string error);
}
