using System.Buffers.Binary;
using System.Text;

namespace Grainhouse.Gateway.Protobuf;

/// <summary>Builds a message in one buffer that is used again: protobuf's wire format (protobuf.dev, Encoding). Not safe to share.</summary>
/// <remarks>
/// The length of an inner message is known only at its end. One byte is kept for it, which is enough for most; the content of a
/// longer one is moved on by a byte or two, which is cheaper than to measure everything first.
/// </remarks>
internal sealed class ProtobufWriter
{
    private const int FirstSize = 4 * 1024;
    private byte[] buffer = new byte[FirstSize];

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    /// <summary>How many bytes the buffer has.</summary>
    public int Capacity => buffer.Length;

    /// <summary>What was written.</summary>
    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, Length);

    /// <summary>What was written, for a write that is awaited.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => buffer.AsMemory(0, Length);

    /// <summary>Forgets what was written.</summary>
    public void Clear() => Length = 0;

    /// <summary>Writes a number. Negative ones take ten bytes, as upstream's do.</summary>
    public void Integer(int number, long value)
    {
        Varint((uint)number << 3);
        Varint(unchecked((ulong)value));
    }

    /// <summary>Writes a double.</summary>
    public void Real(int number, double value)
    {
        Varint((uint)number << 3 | 1);
        BinaryPrimitives.WriteDoubleLittleEndian(Room(8), value);
        Length += 8;
    }

    /// <summary>Writes bytes or UTF-8 text.</summary>
    public void Bytes(int number, ReadOnlySpan<byte> value)
    {
        Varint((uint)number << 3 | 2);
        Varint((uint)value.Length);
        Raw(value);
    }

    /// <summary>Writes text.</summary>
    public void Text(int number, string value)
    {
        var start = Begin(number);
        Advance(Encoding.UTF8.GetBytes(value, Room(Encoding.UTF8.GetMaxByteCount(value.Length))));
        End(start);
    }

    /// <summary>Appends bytes as they are.</summary>
    public void Raw(ReadOnlySpan<byte> value)
    {
        value.CopyTo(Room(value.Length));
        Length += value.Length;
    }

    /// <summary>Begins an inner message, or text whose length is not known yet.</summary>
    /// <returns>What <see cref="End"/> needs.</returns>
    public int Begin(int number)
    {
        Varint((uint)number << 3 | 2);
        Room(1)[0] = 0;
        return ++Length;
    }

    /// <summary>Ends what <see cref="Begin"/> began.</summary>
    public void End(int start)
    {
        var size = Length - start;
        var digits = SizeOf((uint)size);
        if (digits > 1)
        {
            Room(digits - 1);
            buffer.AsSpan(start, size).CopyTo(buffer.AsSpan(start + digits - 1));
            Length += digits - 1;
        }

        Put(start - 1, (uint)size);
    }

    /// <summary>Room for bytes that the caller writes, and then counts with <see cref="Advance"/>.</summary>
    public Span<byte> Room(int count)
    {
        if (buffer.Length - Length < count)
        {
            Array.Resize(ref buffer, Math.Max(buffer.Length * 2, Length + count));
        }

        return buffer.AsSpan(Length);
    }

    /// <summary>Counts bytes that the caller wrote.</summary>
    public void Advance(int count) => Length += count;

    /// <summary>Appends a varint.</summary>
    public void Varint(ulong value)
    {
        Room(10);
        Length += Put(Length, value);
    }

    /// <summary>How many bytes a varint takes.</summary>
    public static int SizeOf(ulong value)
    {
        var size = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            size++;
        }

        return size;
    }

    private int Put(int at, ulong value)
    {
        var first = at;
        while (value >= 0x80)
        {
            buffer[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        buffer[at++] = (byte)value;
        return at - first;
    }
}
