using FsCheck;
using FsCheck.Fluent;
using Grainhouse.Gateway.Streams.Spdy;

namespace Grainhouse.Gateway.Tests.Streams;

/// <summary>SPDY frames as clients send them, and as nobody should.</summary>
public sealed class SpdyDecoderTests
{
    // Two header blocks of one connection as Go's clients make them: zlib over the dictionary, flushed after each block.
    private static readonly byte[] First = Convert.FromHexString("78f9e3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45e01c6061606100a4398b20d198094ade8c0600000000ffff");
    private static readonly byte[] Second = Convert.FromHexString("c2aa19540e2512d60b000000ffff");

    [Fact]
    public void Inflate_TwoBlocksOfOneStream_GiveTheirHeaders()
    {
        using var inflater = new SpdyInflater();

        var first = SpdyHeaders.Parse(inflater.Inflate(First));
        var second = SpdyHeaders.Parse(inflater.Inflate(Second));

        Assert.Equal(("error", "8080", "0"), (first["streamType"], first["port"], first["requestID"]));
        Assert.Equal(("data", "8080", "0"), (second["streamType"], second["port"], second["requestID"]));
    }

    [Fact]
    public void Inflate_BombOfZeros_IsRefused()
    {
        using var zeros = new MemoryStream();
        using (var zlib = new System.IO.Compression.ZLibStream(zeros, System.IO.Compression.CompressionLevel.SmallestSize, leaveOpen: true))
        {
            zlib.Write(new byte[3_000_000]);
        }

        using var inflater = new SpdyInflater();

        Assert.Throws<SpdyException>(() => inflater.Inflate(zeros.ToArray()));
    }

    [Fact]
    public void Parse_CountThatCannotBe_IsRefusedBeforeAnythingIsAllocated() =>
        Assert.Throws<SpdyException>(() => SpdyHeaders.Parse([0x7F, 0xFF, 0xFF, 0xFF, 0, 0, 0, 1]));

    [Fact]
    public void Inflate_AnyBytes_RefusedOrShort() => Prop.ForAll<byte[], byte[]>((first, second) =>
    {
        using var inflater = new SpdyInflater();
        foreach (var block in new[] { [0x78, 0xF9, 0xE3, 0xC6, 0xA7, 0xC2, .. first], second })
        {
            try
            {
                Assert.InRange(inflater.Inflate(block).Length, 0, SpdyInflater.MostBytes);
            }
            catch (SpdyException)
            {
                return;
            }
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void Parse_AnyBytes_RefusedOrRead() => Prop.ForAll<byte[]>(block =>
    {
        try
        {
            SpdyHeaders.Parse(block);
        }
        catch (SpdyException)
        {
            return;
        }
    }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Connection_StreamWithDataAndPing_IsAnsweredAndRead()
    {
        byte[] sent =
        [
            .. Control(SpdyFrameType.SynStream, 0, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. First]),
            .. Data(1, 0, "hel"u8),
            .. Control(SpdyFrameType.Ping, 0, [0, 0, 0, 5]),
            .. Data(1, SpdyFrameHeader.Fin, "lo"u8),
            .. Control(SpdyFrameType.GoAway, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
        ];
        using var wire = new Wire(sent);
        SpdyStream? opened = null;
        await using var connection = new SpdyConnection(wire, stream => opened = stream);

        await connection.RunAsync(default);

        Assert.Equal("error", opened!.Header("streamtype"));
        var buffer = new byte[16];
        Assert.Equal(5, await opened.ReadAsync(buffer, default));
        Assert.Equal("hello"u8.ToArray(), buffer[..5]);
        Assert.Equal(0, await opened.ReadAsync(buffer, default));
        var reply = SpdyFrameHeader.Parse(wire.Written.Span);
        Assert.Equal(SpdyFrameType.SynReply, reply.Type);
        var ping = wire.Written[(SpdyFrameHeader.Size + reply.Length)..];
        Assert.Equal(SpdyFrameType.Ping, SpdyFrameHeader.Parse(ping.Span).Type);
        Assert.Equal([0, 0, 0, 5], ping[SpdyFrameHeader.Size..].ToArray());
    }

    [Fact]
    public void Connection_AnyBytes_EndsInOrderOrInAnError()
    {
        // Bytes that look like frames get further than bytes that do not.
        var frame = ArbMap.Default.GeneratorFor<byte[]>().SelectMany(payload => Gen.Choose(0, 12).SelectMany(type => Gen.Choose(0, 6).Select(id =>
            type == 0 ? Data(id, (byte)(payload.Length % 2), payload)
            : type == 1 ? Control(SpdyFrameType.SynStream, 0, [0, 0, 0, (byte)id, 0, 0, 0, 0, 0, 0, .. First])
            : Control((SpdyFrameType)type, 0, payload))));
        var garbage = ArbMap.Default.GeneratorFor<byte[]>();
        var traffic = Gen.OneOf(frame, frame, frame, garbage).ListOf().Select(parts => parts.SelectMany(part => part).ToArray());
        Prop.ForAll(traffic.ToArbitrary(), RunAsync).QuickCheckThrowOnFailure();

        static async Task RunAsync(byte[] bytes)
        {
            using var wire = new Wire(bytes);
            var connection = new SpdyConnection(wire, static _ => { });
            try
            {
                // Nothing reads the streams: what they hold is bounded, and what they are sent here is less.
                await connection.RunAsync(default).WaitAsync(TimeSpan.FromSeconds(30));
            }
            catch (SpdyException)
            {
                return;
            }
        }
    }

    [Fact]
    public async Task Connection_StreamThatNobodyReads_HoldsBackTheClient()
    {
        using var wire = new Wire(
        [
            .. Control(SpdyFrameType.SynStream, 0, [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. First]),
            .. Enumerable.Range(0, 100).SelectMany(part => Data(1, part == 99 ? SpdyFrameHeader.Fin : (byte)0, new byte[64 * 1024])),
        ]);
        var opened = new TaskCompletionSource<SpdyStream>();
        await using var connection = new SpdyConnection(wire, opened.SetResult);

        var running = connection.RunAsync(default);
        var stream = await opened.Task;
        await wire.Quiet;

        Assert.False(running.IsCompleted);
        Assert.InRange(wire.Taken, 1, 1024 * 1024);
        var buffer = new byte[256 * 1024];
        var read = 0;
        while (read < 100 * 64 * 1024)
        {
            read += await stream.ReadAsync(buffer, default);
        }

        await running;
    }

    private static byte[] Control(SpdyFrameType type, byte flags, ReadOnlySpan<byte> payload) => Frame(new SpdyFrameHeader(type, 0, flags, payload.Length), payload);

    private static byte[] Data(int stream, byte flags, ReadOnlySpan<byte> payload) => Frame(new SpdyFrameHeader(SpdyFrameType.Data, stream, flags, payload.Length), payload);

    private static byte[] Frame(SpdyFrameHeader header, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[SpdyFrameHeader.Size + payload.Length];
        header.Write(frame);
        payload.CopyTo(frame.AsSpan(SpdyFrameHeader.Size));
        return frame;
    }

    /// <summary>Gives what a client sent, and keeps what it is answered.</summary>
    private sealed class Wire(byte[] sent) : Stream
    {
        private readonly MemoryStream written = new();
        private readonly TaskCompletionSource quiet = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int taken;

        public ReadOnlyMemory<byte> Written => written.ToArray();

        public int Taken => Volatile.Read(ref taken);

        /// <summary>Nothing has been read for a while, or all has.</summary>
        public Task Quiet
        {
            get
            {
                _ = WatchAsync();
                return quiet.Task;
            }
        }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => new(Read(buffer.Span));

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, sent.Length - taken);
            sent.AsSpan(taken, count).CopyTo(buffer);
            Volatile.Write(ref taken, taken + count);
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            written.Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override void Write(byte[] buffer, int offset, int count) => written.Write(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        private async Task WatchAsync()
        {
            int before;
            do
            {
                before = Taken;
                await Task.Delay(100);
            }
            while (before != Taken);
            quiet.TrySetResult();
        }
    }
}
