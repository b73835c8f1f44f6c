using Google.Protobuf;
using Grainhouse.Gateway.Agents;
using Grainhouse.Gateway.Streams;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.Gateway.Proxy;

/// <summary>A connection through a tunnel, as a stream. One read and one write at a time.</summary>
internal sealed class TunnelStream(Tunnel tunnel) : Stream
{
    private const uint Bytes = 1;

    private ReadOnlyMemory<byte> rest;
    private bool isOver;

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (rest.IsEmpty && !isOver)
        {
            await ReceiveAsync(cancellationToken);
        }

        var count = Math.Min(rest.Length, buffer.Length);
        rest.Span[..count].CopyTo(buffer.Span);
        rest = rest[count..];
        return count;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await tunnel.Writer.WriteAsync(new TunnelFrame { Channel = Bytes, Data = ByteString.CopyFrom(buffer.Span) }, cancellationToken);
        }
        catch (Exception lost) when (StreamTunnel.IsLost(lost) && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException(lost.Message, lost);
        }
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        tunnel.Dispose();
        base.Dispose(disposing);
    }

    private async Task ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (!await tunnel.Frames.MoveNext(cancellationToken))
            {
                throw new IOException("the node's agent went away");
            }
        }
        catch (Exception lost) when (lost is not IOException && StreamTunnel.IsLost(lost) && !cancellationToken.IsCancellationRequested)
        {
            throw new IOException($"the node's agent went away: {lost.Message}", lost);
        }

        var frame = tunnel.Frames.Current;
        if (frame.Error.Length > 0)
        {
            throw new IOException(frame.Error);
        }

        rest = frame.Data.Memory;
        isOver = frame.End;
    }
}
