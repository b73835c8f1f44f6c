using System.Buffers.Binary;
using System.Collections.Frozen;
using System.Text;

namespace Grainhouse.Gateway.Streams.Spdy;

/// <summary>The name/value block of a frame (SPDY/3.1, section 2.6.10).</summary>
internal static class SpdyHeaders
{
    /// <summary>A block without headers as the first of a connection: zlib's own header, and the block in stored form, flushed.</summary>
    public static ReadOnlySpan<byte> FirstEmptyBlock => [0x78, 0x01, 0, 4, 0, 0xFB, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

    /// <summary>A block without headers as any later one.</summary>
    /// <remarks>Four zero bytes in a stored block (RFC 1951, section 3.2.4), and an empty stored block, which makes decompressors give out what they have.</remarks>
    public static ReadOnlySpan<byte> EmptyBlock => [0, 4, 0, 0xFB, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

    /// <summary>Reads a decompressed block. Of several values of a name, which are parted by NUL, the first counts.</summary>
    /// <exception cref="SpdyException">It is cut short, or has more than it says.</exception>
    public static FrozenDictionary<string, string> Parse(ReadOnlySpan<byte> block)
    {
        var count = ReadLength(ref block);

        // A pair has at least its two lengths: a greater count is a lie, not a reason to allocate.
        if (count > block.Length / 8)
        {
            throw Broken();
        }

        var headers = new Dictionary<string, string>(count, StringComparer.OrdinalIgnoreCase);
        for (var i = 0; i < count; i++)
        {
            var name = ReadText(ref block);
            var values = ReadText(ref block);
            var end = values.IndexOf('\0', StringComparison.Ordinal);
            headers[name] = end < 0 ? values : values[..end];
        }

        return block.IsEmpty ? headers.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase) : throw Broken();
    }

    private static string ReadText(ref ReadOnlySpan<byte> block)
    {
        var length = ReadLength(ref block);
        if (length > block.Length)
        {
            throw Broken();
        }

        var text = Encoding.UTF8.GetString(block[..length]);
        block = block[length..];
        return text;
    }

    private static int ReadLength(ref ReadOnlySpan<byte> block)
    {
        var length = block.Length < 4 ? -1 : BinaryPrimitives.ReadInt32BigEndian(block);
        if (length < 0)
        {
            throw Broken();
        }

        block = block[4..];
        return length;
    }

    private static SpdyException Broken() => new("a header block has other lengths than it says");
}
