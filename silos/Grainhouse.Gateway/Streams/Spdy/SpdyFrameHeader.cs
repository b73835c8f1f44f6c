using System.Buffers.Binary;

namespace Grainhouse.Gateway.Streams.Spdy;

/// <summary>Kinds of control frames (SPDY/3.1, section 2.6); data frames are none of them.</summary>
internal enum SpdyFrameType
{
    /// <summary>Bytes of a stream.</summary>
    Data = 0,

    /// <summary>Opens a stream.</summary>
    SynStream = 1,

    /// <summary>Accepts a stream.</summary>
    SynReply = 2,

    /// <summary>Ends a stream in both directions.</summary>
    RstStream = 3,

    /// <summary>Settings, which nothing here depends on.</summary>
    Settings = 4,

    /// <summary>A question whether the peer lives, or its answer.</summary>
    Ping = 6,

    /// <summary>The peer opens no more streams and accepts none.</summary>
    GoAway = 7,

    /// <summary>More headers of a stream.</summary>
    Headers = 8,

    /// <summary>Room for more data; the clients that speak SPDY to us send none and heed none.</summary>
    WindowUpdate = 9,
}

/// <summary>The eight bytes that each frame begins with (SPDY/3.1, section 2.2).</summary>
/// <param name="Type">The kind.</param>
/// <param name="StreamId">The stream of a data frame; 0 for control frames, which have it in their payload.</param>
/// <param name="Flags">See <see cref="Fin"/>.</param>
/// <param name="Length">Bytes that follow, below 2^24.</param>
internal readonly record struct SpdyFrameHeader(SpdyFrameType Type, int StreamId, byte Flags, int Length)
{
    /// <summary>The bytes of a header.</summary>
    public const int Size = 8;

    /// <summary>The sender says nothing more on the stream.</summary>
    public const byte Fin = 1;

    private const ushort Control = 0x8000;
    private const ushort Version = 3;

    /// <summary>Reads a header.</summary>
    /// <exception cref="SpdyException">It is of another version of the protocol.</exception>
    public static SpdyFrameHeader Parse(ReadOnlySpan<byte> bytes)
    {
        var first = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        var second = BinaryPrimitives.ReadUInt32BigEndian(bytes[4..]);
        var flags = (byte)(second >> 24);
        var length = (int)(second & 0xFFFFFF);
        if (first >> 31 == 0)
        {
            return new SpdyFrameHeader(SpdyFrameType.Data, (int)first, flags, length);
        }

        var version = (first >> 16) & 0x7FFF;
        return version == Version
            ? new SpdyFrameHeader((SpdyFrameType)(first & 0xFFFF), 0, flags, length)
            : throw new SpdyException($"SPDY version {version} is not spoken here: {Version} is");
    }

    /// <summary>Writes a header.</summary>
    public void Write(Span<byte> bytes)
    {
        var first = Type == SpdyFrameType.Data ? (uint)StreamId : (uint)(Control | Version) << 16 | (uint)Type;
        BinaryPrimitives.WriteUInt32BigEndian(bytes, first);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[4..], (uint)Flags << 24 | (uint)Length);
    }
}

/// <summary>The peer broke the protocol: the connection ends.</summary>
internal sealed class SpdyException(string message, Exception? cause = null) : IOException(message, cause);
