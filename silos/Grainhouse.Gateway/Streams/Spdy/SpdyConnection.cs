using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Pipelines;

namespace Grainhouse.Gateway.Streams.Spdy;

/// <summary>The server's end of a SPDY/3.1 connection, as far as streaming clients use it.</summary>
/// <remarks>
/// The clients (Go's spdystream) heed no windows: a stream that is not read fills up, and then the connection is not read either,
/// so that the client's TCP holds the rest.
/// </remarks>
/// <param name="transport">Carries the frames, from the first on.</param>
/// <param name="accept">Takes each stream that the client opens; called one at a time, before the stream's first bytes.</param>
internal sealed class SpdyConnection(Stream transport, Action<SpdyStream> accept) : IAsyncDisposable
{
    /// <summary>The most streams that a client may have open: 500 forwarded connections.</summary>
    public const int MostStreams = 1000;

    private const int MostControlBytes = SpdyInflater.MostBytes + 10;
    private const int MostDataBytes = 32 * 1024;
    private const int RefusedStream = 3;

    private readonly PipeReader reader = PipeReader.Create(transport, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
    private readonly ConcurrentDictionary<int, SpdyStream> streams = new();
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly SpdyInflater inflater = new();
    private readonly byte[] output = new byte[SpdyFrameHeader.Size + MostDataBytes];
    private bool replied;
    private int newest;

    /// <summary>Takes the client's frames until it goes.</summary>
    /// <exception cref="SpdyException">It broke the protocol.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var cause = new IOException("the client has gone");
        try
        {
            while (await NextAsync(SpdyFrameHeader.Size, cancellationToken))
            {
                if (await TakeFrameAsync(cancellationToken))
                {
                    return;
                }
            }
        }
        finally
        {
            foreach (var stream in streams.Values)
            {
                await stream.EndInputAsync(cause);
            }
        }
    }

    /// <summary>Says that nothing more will come. The transport is its owner's to close.</summary>
    public async ValueTask SayGoodbyeAsync(CancellationToken cancellationToken)
    {
        var payload = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(payload, newest);
        await WriteFrameAsync(new SpdyFrameHeader(SpdyFrameType.GoAway, 0, 0, payload.Length), payload, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await reader.CompleteAsync();
        inflater.Dispose();
        writing.Dispose();
    }

    /// <summary>Sends bytes of a stream, in frames of bounded length.</summary>
    internal async ValueTask WriteDataAsync(int stream, ReadOnlyMemory<byte> data, bool fin, CancellationToken cancellationToken)
    {
        do
        {
            var part = data[..Math.Min(data.Length, MostDataBytes)];
            data = data[part.Length..];
            var flags = fin && data.IsEmpty ? SpdyFrameHeader.Fin : (byte)0;
            await WriteFrameAsync(new SpdyFrameHeader(SpdyFrameType.Data, stream, flags, part.Length), part, cancellationToken);
        }
        while (!data.IsEmpty);
    }

    /// <summary>Drops what still comes for a stream.</summary>
    internal void Forget(int stream) => streams.TryRemove(stream, out _);

    /// <summary>Takes one frame whose header is at hand.</summary>
    /// <returns>Whether it was the client's goodbye.</returns>
    private async Task<bool> TakeFrameAsync(CancellationToken cancellationToken)
    {
        reader.TryRead(out var read);
        var header = Header(read.Buffer);
        reader.AdvanceTo(read.Buffer.GetPosition(SpdyFrameHeader.Size));
        if (header.Type == SpdyFrameType.Data)
        {
            await TakeDataAsync(header, cancellationToken);
            return false;
        }

        if (header.Length > MostControlBytes)
        {
            throw new SpdyException($"a control frame of {header.Length} bytes is too long");
        }

        if (header.Length > 0 && !await NextAsync(header.Length, cancellationToken))
        {
            throw new SpdyException("the connection ends within a frame");
        }

        await TakeControlAsync(header, Payload(header.Length), cancellationToken);
        return header.Type == SpdyFrameType.GoAway;
    }

    private static SpdyFrameHeader Header(ReadOnlySequence<byte> buffer)
    {
        Span<byte> bytes = stackalloc byte[SpdyFrameHeader.Size];
        buffer.Slice(0, SpdyFrameHeader.Size).CopyTo(bytes);
        return SpdyFrameHeader.Parse(bytes);
    }

    private byte[] Payload(int length)
    {
        if (length == 0)
        {
            return [];
        }

        reader.TryRead(out var read);
        var payload = read.Buffer.Slice(0, length).ToArray();
        reader.AdvanceTo(read.Buffer.GetPosition(length));
        return payload;
    }

    private async Task TakeDataAsync(SpdyFrameHeader header, CancellationToken cancellationToken)
    {
        streams.TryGetValue(header.StreamId, out var stream);
        var left = header.Length;
        while (left > 0)
        {
            if (!await NextAsync(1, cancellationToken))
            {
                throw new SpdyException("the connection ends within a frame");
            }

            reader.TryRead(out var read);
            var part = read.Buffer.Slice(0, Math.Min(left, read.Buffer.Length));
            left -= (int)part.Length;
            if (stream is not null)
            {
                await stream.TakeAsync(part, cancellationToken);
            }

            reader.AdvanceTo(part.End);
        }

        if (stream is not null && (header.Flags & SpdyFrameHeader.Fin) != 0)
        {
            await stream.EndInputAsync(null);
        }
    }

    private async Task TakeControlAsync(SpdyFrameHeader header, byte[] payload, CancellationToken cancellationToken)
    {
        switch (header.Type)
        {
            case SpdyFrameType.SynStream:
                await TakeSynAsync(header, payload, cancellationToken);
                break;
            case SpdyFrameType.SynReply or SpdyFrameType.Headers:
                // Nothing is learned from them, but each moves the decompressor on.
                inflater.Inflate(Rest(payload, 4));
                break;
            case SpdyFrameType.RstStream:
                if (streams.TryRemove(StreamId(payload), out var reset))
                {
                    await reset.EndInputAsync(new IOException("the client has reset the stream"));
                }

                break;
            case SpdyFrameType.Ping when payload.Length == 4 && (payload[3] & 1) == 1:
                await WriteFrameAsync(new SpdyFrameHeader(SpdyFrameType.Ping, 0, 0, payload.Length), payload, cancellationToken);
                break;
        }
    }

    private async Task TakeSynAsync(SpdyFrameHeader header, byte[] payload, CancellationToken cancellationToken)
    {
        var id = StreamId(payload);
        var headers = SpdyHeaders.Parse(inflater.Inflate(Rest(payload, 10)));
        if (id <= newest || id % 2 == 0)
        {
            throw new SpdyException($"stream {id} cannot be opened after stream {newest}");
        }

        newest = id;
        if (streams.Count >= MostStreams)
        {
            var refusal = new byte[8];
            BinaryPrimitives.WriteInt32BigEndian(refusal, id);
            BinaryPrimitives.WriteInt32BigEndian(refusal.AsSpan(4), RefusedStream);
            await WriteFrameAsync(new SpdyFrameHeader(SpdyFrameType.RstStream, 0, 0, refusal.Length), refusal, cancellationToken);
            return;
        }

        var stream = new SpdyStream(this, id, headers);
        streams[id] = stream;
        await WriteReplyAsync(id, cancellationToken);
        if ((header.Flags & SpdyFrameHeader.Fin) != 0)
        {
            await stream.EndInputAsync(null);
        }

        accept(stream);
    }

    private async Task WriteReplyAsync(int id, CancellationToken cancellationToken)
    {
        // Only the reading loop replies, so the order of blocks is the order of frames.
        var block = replied ? SpdyHeaders.EmptyBlock : SpdyHeaders.FirstEmptyBlock;
        replied = true;
        var payload = new byte[4 + block.Length];
        BinaryPrimitives.WriteInt32BigEndian(payload, id);
        block.CopyTo(payload.AsSpan(4));
        await WriteFrameAsync(new SpdyFrameHeader(SpdyFrameType.SynReply, 0, 0, payload.Length), payload, cancellationToken);
    }

    private async ValueTask WriteFrameAsync(SpdyFrameHeader header, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        await writing.WaitAsync(cancellationToken);
        try
        {
            header.Write(output);
            payload.CopyTo(output.AsMemory(SpdyFrameHeader.Size));
            await transport.WriteAsync(output.AsMemory(0, SpdyFrameHeader.Size + payload.Length), cancellationToken);
            await transport.FlushAsync(cancellationToken);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Waits until so many bytes are at hand; false if the client has gone.</summary>
    private async ValueTask<bool> NextAsync(int count, CancellationToken cancellationToken)
    {
        var read = await reader.ReadAtLeastAsync(count, cancellationToken);
        var enough = read.Buffer.Length >= count;

        // Nothing is taken yet, and nothing counts as seen, so that the next read has it at once.
        reader.AdvanceTo(read.Buffer.Start);
        return enough;
    }

    private static int StreamId(ReadOnlySpan<byte> payload) =>
        payload.Length >= 4 ? BinaryPrimitives.ReadInt32BigEndian(payload) & int.MaxValue : throw new SpdyException("a control frame is cut short");

    private static ReadOnlyMemory<byte> Rest(byte[] payload, int from) =>
        payload.Length >= from ? payload.AsMemory(from) : throw new SpdyException("a control frame is cut short");
}
