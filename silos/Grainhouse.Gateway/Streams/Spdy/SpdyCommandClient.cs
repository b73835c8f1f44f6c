using System.Threading.Channels;
using Grainhouse.Gateway.Streams.Commands;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.Gateway.Streams.Spdy;

/// <summary>A client of exec or attach over SPDY: one stream each for input, output, errors, the end, and the terminal's size.</summary>
internal sealed class SpdyCommandClient : ICommandClient
{
    private const int BufferBytes = 32 * 1024;

    private readonly Stream transport;
    private readonly SpdyConnection connection;
    private readonly int version;
    private readonly Channel<SpdyStream> opened = Channel.CreateBounded<SpdyStream>(new BoundedChannelOptions(SpdyConnection.MostStreams) { SingleReader = true });
    private readonly Dictionary<string, SpdyStream> streams = new(StringComparer.OrdinalIgnoreCase);
    private readonly byte[] inputBuffer = new byte[BufferBytes];
    private readonly byte[] sizeBuffer = new byte[1024];
    private int sizeBytes;
    private Task running = Task.CompletedTask;
    private Task<int>? input;
    private Task<int>? size;

    /// <summary>Takes over an upgraded connection.</summary>
    /// <param name="transport">The connection; its owner closes it.</param>
    /// <param name="version">Of the remotecommand protocol, 1 to 4.</param>
    public SpdyCommandClient(Stream transport, int version)
    {
        this.transport = transport;
        this.version = version;
        connection = new SpdyConnection(transport, stream => opened.Writer.TryWrite(stream));
    }

    /// <summary>Waits until the client has opened the streams that it asked for.</summary>
    /// <exception cref="IOException">It left before.</exception>
    public async Task StartAsync(Interfaces.Agents.Streams wanted, CancellationToken cancellationToken)
    {
        running = RunAsync(cancellationToken);
        var count = 1 + (wanted.Stdin ? 1 : 0) + (wanted.Stdout ? 1 : 0) + (wanted.Stderr ? 1 : 0) + (wanted.Tty && version >= 3 ? 1 : 0);
        while (streams.Count < count)
        {
            if (!await opened.Reader.WaitToReadAsync(cancellationToken))
            {
                throw new IOException("the client has gone");
            }

            while (opened.Reader.TryRead(out var stream))
            {
                streams[stream.Header("streamtype")] = stream;
            }
        }

        input = streams.TryGetValue("stdin", out var stdin) ? stdin.ReadAsync(inputBuffer, cancellationToken).AsTask() : null;
        size = ReadSizeAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<ClientWord?> ReadAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var next = await Task.WhenAny(new Task?[] { input, size, running }.OfType<Task>()).WaitAsync(cancellationToken);
            if (next == input)
            {
                return await TakeInputAsync(cancellationToken);
            }

            if (next == running)
            {
                await running;
                return null;
            }

            if (await TakeSizeAsync(cancellationToken) is { } wanted)
            {
                return new ClientWord(default, Size: wanted);
            }
        }
    }

    /// <inheritdoc/>
    public ValueTask WriteAsync(OutputChannel channel, ReadOnlyMemory<byte> data, CancellationToken cancellationToken) =>
        streams.TryGetValue(channel == OutputChannel.Stdout ? "stdout" : "stderr", out var stream) ? stream.WriteAsync(data, cancellationToken) : ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask FinishAsync(CommandEnd end, CancellationToken cancellationToken)
    {
        if (streams.TryGetValue("error", out var error) && end.ForVersion(version) is { IsEmpty: false } words)
        {
            await error.WriteAsync(words, cancellationToken);
        }

        foreach (var stream in streams.Values)
        {
            await stream.EndAsync(cancellationToken);
        }

        await connection.SayGoodbyeAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await transport.DisposeAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await connection.DisposeAsync();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await connection.RunAsync(cancellationToken);
        }
        finally
        {
            opened.Writer.TryComplete();
        }
    }

    private async ValueTask<ClientWord?> TakeInputAsync(CancellationToken cancellationToken)
    {
        var count = await input!;
        if (count == 0)
        {
            input = null;
            return new ClientWord(default, IsEnd: true);
        }

        // The bytes are given out before the next are read over them.
        var word = new ClientWord(inputBuffer.AsMemory(0, count).ToArray());
        input = streams["stdin"].ReadAsync(inputBuffer, cancellationToken).AsTask();
        return word;
    }

    private async ValueTask<TerminalSize?> TakeSizeAsync(CancellationToken cancellationToken)
    {
        var count = await size!;
        sizeBytes += count;

        // Of several that came together only the last still matters.
        TerminalSize? wanted = null;
        int read;
        do
        {
            wanted = TerminalSizes.Parse(sizeBuffer.AsSpan(0, sizeBytes), out read) ?? wanted;
            sizeBuffer.AsSpan(read..sizeBytes).CopyTo(sizeBuffer);
            sizeBytes -= read;
        }
        while (read > 0);
        if (sizeBytes == sizeBuffer.Length)
        {
            throw new IOException($"a terminal's size of more than {sizeBuffer.Length} bytes");
        }

        size = count == 0 ? null : ReadSizeAsync(cancellationToken);
        return wanted;
    }

    private Task<int>? ReadSizeAsync(CancellationToken cancellationToken) =>
        streams.TryGetValue("resize", out var stream) ? stream.ReadAsync(sizeBuffer.AsMemory(sizeBytes), cancellationToken).AsTask() : null;
}
