using System.Buffers.Binary;
using System.IO.Compression;

namespace Grainhouse.Gateway.Streams.Spdy;

/// <summary>Decompresses the header blocks of one connection, which are one zlib stream.</summary>
/// <remarks>
/// .NET's inflater takes no preset dictionary. It is given the dictionary as if the peer had sent it, in stored blocks (RFC 1951,
/// section 3.2.4) at the head of the stream; what comes out of that is dropped and stays in its window, which is what a preset
/// dictionary means.
/// </remarks>
internal sealed class SpdyInflater : IDisposable
{
    /// <summary>The most bytes that one block may have, compressed or not: the clients send some dozens.</summary>
    public const int MostBytes = 16 * 1024;

    private const int ZlibHeaderBytes = 2;
    private const int HasDictionary = 0x20;
    private const int Deflate = 8;

    private readonly Feed feed = new();
    private readonly DeflateStream inflate;
    private bool begun;

    /// <summary>Begins a connection.</summary>
    public SpdyInflater() => inflate = new DeflateStream(feed, CompressionMode.Decompress);

    /// <summary>Decompresses one block.</summary>
    /// <exception cref="SpdyException">It is no zlib, or too long; the connection cannot go on.</exception>
    public byte[] Inflate(ReadOnlyMemory<byte> block)
    {
        if (block.Length > MostBytes)
        {
            throw TooLong();
        }

        feed.Give(begun ? block : Begin(block));
        begun = true;
        var output = new byte[512];
        var length = 0;
        try
        {
            while (inflate.Read(output, length, output.Length - length) is var count and > 0)
            {
                length += count;
                if (length > MostBytes)
                {
                    throw TooLong();
                }

                if (length == output.Length)
                {
                    Array.Resize(ref output, length * 2);
                }
            }
        }
        catch (InvalidDataException broken)
        {
            throw new SpdyException("a header block is no valid zlib data", broken);
        }

        Array.Resize(ref output, length);
        return output;
    }

    /// <inheritdoc/>
    public void Dispose() => inflate.Dispose();

    private ReadOnlyMemory<byte> Begin(ReadOnlyMemory<byte> block)
    {
        var header = block.Span;
        if (header.Length < ZlibHeaderBytes || (header[0] & 0xF) != Deflate || BinaryPrimitives.ReadUInt16BigEndian(header) % 31 != 0)
        {
            throw new SpdyException("the first header block does not begin as zlib data does");
        }

        if ((header[1] & HasDictionary) == 0)
        {
            return block[ZlibHeaderBytes..];
        }

        if (header.Length < ZlibHeaderBytes + 4 || BinaryPrimitives.ReadUInt32BigEndian(header[ZlibHeaderBytes..]) != SpdyDictionary.Id)
        {
            throw new SpdyException("the header blocks are compressed with another dictionary than SPDY/3's");
        }

        Learn();
        return block[(ZlibHeaderBytes + 4)..];
    }

    private void Learn()
    {
        var dictionary = SpdyDictionary.Bytes;
        var stored = new byte[5 + dictionary.Length];
        BinaryPrimitives.WriteUInt16LittleEndian(stored.AsSpan(1), (ushort)dictionary.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(stored.AsSpan(3), (ushort)~dictionary.Length);
        dictionary.CopyTo(stored, 5);
        feed.Give(stored);
        inflate.ReadExactly(new byte[dictionary.Length]);
    }

    private static SpdyException TooLong() => new($"a header block is longer than {MostBytes} bytes");

    /// <summary>Gives what there is and then says that this was all, until it is given more.</summary>
    private sealed class Feed : Stream
    {
        private ReadOnlyMemory<byte> rest;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public void Give(ReadOnlyMemory<byte> bytes) => rest = bytes;

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, rest.Length);
            rest.Span[..count].CopyTo(buffer);
            rest = rest[count..];
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
