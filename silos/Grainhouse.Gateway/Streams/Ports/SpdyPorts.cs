using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Grainhouse.Gateway.Streams.Spdy;

namespace Grainhouse.Gateway.Streams.Ports;

/// <summary>Port-forward over SPDY: each connection is a pair of streams, data and errors, that share a request id.</summary>
internal sealed class SpdyPorts(PortDialer dialer)
{
    private const int BufferBytes = 32 * 1024;

    private readonly ConcurrentDictionary<string, SpdyStream> waiting = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Task, byte> forwarding = new();

    /// <summary>Serves a client until it goes.</summary>
    /// <param name="transport">The connection; its owner closes it.</param>
    /// <param name="cancellationToken">Ends all.</param>
    public async Task RunAsync(Stream transport, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await using var connection = new SpdyConnection(transport, stream => Take(stream, over.Token));
        try
        {
            await connection.RunAsync(over.Token);
        }
        finally
        {
            await over.CancelAsync();
            await Task.WhenAll(forwarding.Keys).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private void Take(SpdyStream stream, CancellationToken cancellationToken)
    {
        var id = stream.Header("requestid");
        if (!waiting.TryRemove(id, out var other))
        {
            waiting[id] = stream;
            return;
        }

        var (data, errors) = stream.Header("streamtype") == "data" ? (stream, other) : (other, stream);
        var task = ForwardAsync(data, errors, cancellationToken);
        forwarding.TryAdd(task, 0);
        _ = task.ContinueWith(done => forwarding.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task ForwardAsync(SpdyStream data, SpdyStream errors, CancellationToken cancellationToken)
    {
        // Off the loop that reads the connection.
        await Task.Yield();
        try
        {
            var text = data.Header("port");
            var words = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
                ? await dialer.ForwardAsync(new Client(data), port, cancellationToken)
                : $"unable to parse \"{text}\" as a port";
            if (words.Length > 0)
            {
                await errors.WriteAsync(Encoding.UTF8.GetBytes(words), cancellationToken);
            }

            await data.EndAsync(cancellationToken);
            await errors.EndAsync(cancellationToken);
        }
        catch (Exception left) when (left is IOException or OperationCanceledException)
        {
            // The client has gone, or given up this connection.
        }
        finally
        {
            await data.ForgetAsync();
            await errors.ForgetAsync();
        }
    }

    private sealed class Client(SpdyStream stream) : IPortClient
    {
        private readonly byte[] buffer = new byte[BufferBytes];

        public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken) => buffer.AsMemory(0, await stream.ReadAsync(buffer, cancellationToken));

        public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => stream.WriteAsync(data, cancellationToken);

        public ValueTask EndAsync(CancellationToken cancellationToken) => stream.EndAsync(cancellationToken);
    }
}
