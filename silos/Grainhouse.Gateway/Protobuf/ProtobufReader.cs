namespace Grainhouse.Gateway.Protobuf;

/// <summary>A field as it stands on the wire.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Value">A varint's or fixed number's bits.</param>
/// <param name="Start">Where a length-delimited field's bytes begin.</param>
/// <param name="Length">How many there are; -1 for a number.</param>
internal readonly record struct WireField(int Number, ulong Value, int Start, int Length);

/// <summary>Reads protobuf's wire format (protobuf.dev, Encoding), without knowing the message.</summary>
internal ref struct ProtobufReader(ReadOnlySpan<byte> bytes, int offset)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int at;

    /// <summary>Reads the next field; false at the end.</summary>
    /// <exception cref="FormatException">The bytes are not protobuf.</exception>
    public bool Read(out WireField field)
    {
        field = default;
        if (at == bytes.Length)
        {
            return false;
        }

        var tag = Varint();
        var number = checked((int)(tag >> 3));
        field = (tag & 7) switch
        {
            0 => new WireField(number, Varint(), 0, -1),
            1 => new WireField(number, BitConverter.ToUInt64(Take(8)), 0, -1),
            2 => Delimited(number),
            5 => new WireField(number, BitConverter.ToUInt32(Take(4)), 0, -1),
            var wire => throw new FormatException($"wire type {wire} of field {number} is not known"),
        };
        return true;
    }

    /// <summary>Reads the next number of a packed list; false at the end.</summary>
    /// <exception cref="FormatException">The bytes are not protobuf.</exception>
    public bool ReadNumber(out ulong number)
    {
        var any = at < bytes.Length;
        number = any ? Varint() : 0;
        return any;
    }

    private WireField Delimited(int number)
    {
        var length = Varint();
        if (length > (ulong)(bytes.Length - at))
        {
            throw new FormatException($"field {number} is longer than its message");
        }

        var start = at;
        at += (int)length;
        return new WireField(number, 0, offset + start, (int)length);
    }

    private ReadOnlySpan<byte> Take(int count)
    {
        if (bytes.Length - at < count)
        {
            throw new FormatException("the message ends within a number");
        }

        at += count;
        return bytes.Slice(at - count, count);
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (at == bytes.Length)
            {
                throw new FormatException("the message ends within a number");
            }

            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new FormatException("a number is longer than 64 bits");
    }
}
