using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Grainhouse.Client;

/// <summary>A local port that leads to a pod's: <see cref="PodStreams.Listen"/> makes one.</summary>
/// <remarks>Each connection is one of its own to the pod. One that fails is closed and logged; the listener goes on.</remarks>
public sealed partial class PortListener : IAsyncDisposable
{
    private const int BufferBytes = 32 * 1024;

    /// <summary>
    /// How long the pod may say nothing once the local side has. The protocol has no word for the end of one direction, so a client
    /// that waits for an answer and one that has left look the same.
    /// </summary>
    private static readonly TimeSpan Linger = TimeSpan.FromSeconds(10);

    private readonly PodStreams pod;
    private readonly int port;
    private readonly ILogger logger;
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentDictionary<Task, bool> connections = new();
    private readonly Task accepting;

    internal PortListener(PodStreams pod, int port, IPEndPoint local, ILogger logger)
    {
        this.pod = pod;
        this.port = port;
        this.logger = logger;
        listener = new TcpListener(local);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint LocalEndPoint => (IPEndPoint)listener.LocalEndpoint;

    /// <summary>Stops listening and ends all connections.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await accepting;
        await Task.WhenAll(connections.Keys);
        listener.Dispose();
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var connection = ServeAsync(await listener.AcceptSocketAsync(stop.Token));
                connections[connection] = true;
                _ = connection.ContinueWith(done => connections.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        await using var local = new NetworkStream(socket, ownsSocket: true);
        try
        {
            await using var remote = await pod.ConnectAsync(port, stop.Token);
            await ForwardAsync(local, remote);
        }
        catch (Exception failed) when (failed is ApiException or HttpRequestException or IOException or OperationCanceledException)
        {
            if (!stop.IsCancellationRequested)
            {
                LogFailed(pod.Namespace, pod.Name, port, failed.Message);
            }

            // Cut, not ended: the local side must not take it for a whole answer.
            socket.Close(timeout: 0);
        }
    }

    private async Task ForwardAsync(Stream local, Stream remote)
    {
        using var quiet = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        var isLocalOver = false;
        var up = CopyAsync(local, remote, static () => { }, quiet.Token);
        var down = CopyAsync(remote, local, StayAwhile, quiet.Token);
        try
        {
            await Task.WhenAny(up, down);
            isLocalOver = true;
            StayAwhile();

            // What the pod says counts: a pod that has ended the connection takes no more of what is sent to it.
            await down;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            // Nobody has anything to say any more.
        }
        finally
        {
            await quiet.CancelAsync();
            await Task.WhenAll(up, down).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        void StayAwhile()
        {
            if (isLocalOver)
            {
                quiet.CancelAfter(Linger);
            }
        }
    }

    private static async Task CopyAsync(Stream from, Stream to, Action passed, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        int count;
        while ((count = await from.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            passed();
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A connection to port {Port} of pod {Namespace}/{Pod} failed: {Reason}")]
    private partial void LogFailed(string @namespace, string pod, int port, string reason);
}
