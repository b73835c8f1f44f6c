using System.Buffers;
using System.Collections.Frozen;
using System.IO.Pipelines;

namespace Grainhouse.Gateway.Streams.Spdy;

/// <summary>One stream of a connection, opened by the client.</summary>
internal sealed class SpdyStream(SpdyConnection connection, int id, FrozenDictionary<string, string> headers)
{
    /// <summary>What may wait in a stream that nobody reads before its whole connection waits: SPDY's own flow control is not spoken by these clients.</summary>
    private const int MostWaiting = 256 * 1024;

    private readonly Pipe input = new(new PipeOptions(pauseWriterThreshold: MostWaiting, resumeWriterThreshold: MostWaiting / 2, useSynchronizationContext: false));
    private int ended;
    private bool inputEnded;

    /// <summary>Odd, rising.</summary>
    public int Id => id;

    /// <summary>A header that the stream was opened with; empty without one.</summary>
    public string Header(string name) => headers.GetValueOrDefault(name, "");

    /// <summary>Reads what the client sends; 0 at its end.</summary>
    /// <exception cref="IOException">The client has reset the stream or gone.</exception>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await input.Reader.ReadAsync(cancellationToken);
        var count = (int)Math.Min(buffer.Length, read.Buffer.Length);
        read.Buffer.Slice(0, count).CopyTo(buffer.Span);
        input.Reader.AdvanceTo(read.Buffer.GetPosition(count));
        return count;
    }

    /// <summary>Sends bytes; returns when the connection has taken them.</summary>
    public ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken) => connection.WriteDataAsync(id, data, fin: false, cancellationToken);

    /// <summary>Says that nothing more is sent. Safe to repeat.</summary>
    public ValueTask EndAsync(CancellationToken cancellationToken) =>
        Interlocked.Exchange(ref ended, 1) == 0 ? connection.WriteDataAsync(id, default, fin: true, cancellationToken) : ValueTask.CompletedTask;

    /// <summary>Takes what nobody will read any more, and forgets the stream.</summary>
    public async ValueTask ForgetAsync()
    {
        connection.Forget(id);
        await input.Reader.CompleteAsync();
    }

    /// <summary>Takes bytes that came; returns when there is room for more. What comes behind the stream's end is dropped.</summary>
    internal async ValueTask TakeAsync(ReadOnlySequence<byte> data, CancellationToken cancellationToken)
    {
        if (inputEnded)
        {
            return;
        }

        foreach (var segment in data)
        {
            if ((await input.Writer.WriteAsync(segment, cancellationToken)).IsCompleted)
            {
                // Nobody reads any more: the rest is dropped.
                return;
            }
        }
    }

    /// <summary>The client says nothing more, or has gone.</summary>
    internal ValueTask EndInputAsync(Exception? cause)
    {
        inputEnded = true;
        return input.Writer.CompleteAsync(cause);
    }
}
