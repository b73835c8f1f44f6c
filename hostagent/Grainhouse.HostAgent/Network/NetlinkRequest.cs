using System.Text;

namespace Grainhouse.HostAgent.Network;

/// <summary>One request to the kernel's routing: a header, the fixed part of its kind, then attributes (rtnetlink(7), RFC 3549).</summary>
/// <remarks>Numbers are in the machine's own byte order, addresses in the network's.</remarks>
internal sealed class NetlinkRequest
{
    private const int HeaderBytes = 16;
    private const int MostBytes = 512;
    private const ushort Request = 0x001;
    private const ushort Acknowledge = 0x004;

    private readonly byte[] bytes = new byte[MostBytes];
    private int length = HeaderBytes;

    public NetlinkRequest(ushort type, ushort flags)
    {
        Set(4, type);
        Set(6, (ushort)(Request | Acknowledge | flags));
    }

    /// <summary>The request as it is sent.</summary>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            BitConverter.TryWriteBytes(bytes, length);
            return bytes.AsSpan(0, length);
        }
    }

    /// <summary>Adds bytes as they are: the fixed part of a message.</summary>
    public NetlinkRequest Add(params ReadOnlySpan<byte> part)
    {
        part.CopyTo(bytes.AsSpan(length));
        length += part.Length;
        return this;
    }

    /// <summary>Adds a number as it is.</summary>
    public NetlinkRequest Add(int number)
    {
        BitConverter.TryWriteBytes(bytes.AsSpan(length), number);
        length += sizeof(int);
        return this;
    }

    /// <summary>Adds an attribute.</summary>
    public NetlinkRequest Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        var start = Begin(type);
        value.CopyTo(bytes.AsSpan(length));
        length += value.Length;
        return End(start);
    }

    /// <summary>Adds an attribute that is a number.</summary>
    public NetlinkRequest Attribute(ushort type, int value)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BitConverter.TryWriteBytes(number, value);
        return Attribute(type, number);
    }

    /// <summary>Adds an attribute that is a name.</summary>
    public NetlinkRequest Attribute(ushort type, string value) => Attribute(type, Encoding.ASCII.GetBytes(value + '\0'));

    /// <summary>Adds an attribute that holds others.</summary>
    public NetlinkRequest Nest(ushort type, Action<NetlinkRequest> content)
    {
        var start = Begin(type);
        content(this);
        return End(start);
    }

    private int Begin(ushort type)
    {
        var start = length;
        Set(start + 2, type);
        length += 4;
        return start;
    }

    // An attribute's length does not count what fills it up to a multiple of four.
    private NetlinkRequest End(int start)
    {
        Set(start, (ushort)(length - start));
        length = (length + 3) & ~3;
        return this;
    }

    private void Set(int at, ushort number) => BitConverter.TryWriteBytes(bytes.AsSpan(at), number);
}
