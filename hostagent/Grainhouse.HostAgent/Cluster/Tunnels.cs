using System.Collections.Concurrent;
using Grainhouse.HostAgent.Runtimes;
using Grainhouse.HostAgent.Streams;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.Logging;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Answers tunnel requests: dials the gateway back and sends what was asked for.</summary>
internal sealed partial class Tunnels(
    IAgentNode node, Uri gateway, Func<string, (GrpcChannel Channel, bool IsOwn)> dial, ILogger logger) : IAsyncDisposable
{
    /// <summary>How long the gateway may take to hear the last of a tunnel.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(10);

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
            using var input = new TunnelInput();
            var hearing = input.RunAsync(call.ResponseStream, stop.Token);
            try
            {
                await AnswerAsync(request, input, call.RequestStream);
                input.Drop();
                await call.RequestStream.CompleteAsync();

                // The gateway ends the call once it has taken all: not before, lest what is under way is lost.
                await hearing.WaitAsync(Farewell, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                input.Drop();
                call.Dispose();
                await hearing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
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

    private async Task AnswerAsync(TunnelRequest request, TunnelInput input, IClientStreamWriter<TunnelFrame> output)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop.Token, input.Left);
        try
        {
            await (request.KindCase switch
            {
                TunnelRequest.KindOneofCase.Logs => LogStreamer.SendAsync(node.Pods, request, output, end.Token),
                TunnelRequest.KindOneofCase.Exec or TunnelRequest.KindOneofCase.Attach => CommandStreamer.RunAsync(node.Pods, request, input, output, end.Token),
                TunnelRequest.KindOneofCase.Port => PortStreamer.RunAsync(node.Pods, request, input, output, end.Token),
                _ => throw new StreamRefusedException(501, $"the agent of this node, version {AgentVersion.Text}, does not know what it is asked for"),
            });
        }
        catch (StreamRefusedException refused)
        {
            await output.WriteAsync(new TunnelFrame { Error = refused.Message, ErrorCode = refused.Code }, end.Token);
        }
        catch (RuntimeException error)
        {
            var code = error.Kind switch { RuntimeErrorKind.NotFound => 404, RuntimeErrorKind.Unavailable => 503, _ => 500 };
            await output.WriteAsync(new TunnelFrame { Error = error.Message, ErrorCode = code }, end.Token);
        }
    }

    [LoggerMessage(3060, LogLevel.Debug, "Tunnel {Tunnel} to {Gateway} ended: {Error}")]
    private partial void LogTunnelEnded(string tunnel, Uri gateway, string error);
}
