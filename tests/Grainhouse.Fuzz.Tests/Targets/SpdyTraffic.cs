using System.Buffers.Binary;
using Grainhouse.Gateway.Streams.Spdy;
using Grainhouse.Testing.Fuzzing;

namespace Grainhouse.Fuzz.Tests.Targets;

/// <summary>All that a SPDY client may send after its upgrade. What nobody reads is bounded by the input's length here.</summary>
internal static class SpdyTraffic
{
    // Header blocks of one connection as Go's clients make them.
    private static readonly byte[] First = Convert.FromHexString("78f9e3c6a7c202253a703a2b294a4dcc851625aca9a0808614cb45e01c6061606100a4398b20d198094ade8c0600000000ffff");
    private static readonly byte[] Second = Convert.FromHexString("c2aa19540e2512d60b000000ffff");

    public static FuzzTarget Target { get; } = new(
        [
            [.. Syn(1, First), .. Syn(3, Second), .. Data(3, 0, "abc"), .. Data(3, 1, ""), .. Control(7, [0, 0, 0, 0, 0, 0, 0, 0])],
            [.. Syn(1, First), .. Control(6, [0, 0, 0, 1]), .. Control(3, [0, 0, 0, 1, 0, 0, 0, 5]), .. Control(9, [0, 0, 0, 1, 0, 1, 0, 0]), .. Control(4, [0, 0, 0, 0])],
            [.. Syn(1, First), .. Control(8, [0, 0, 0, 1, .. Second]), .. Control(2, [0, 0, 0, 1, .. Second])],
        ],
        [Syn(5, Second), Data(1, 0, "x"), Control(3, [0, 0, 0, 1, 0, 0, 0, 5]), Control(6, [0, 0, 0, 3]), [0x80, 3, 0, 1], [0xFF, 0xFF, 0xFF], First, Second],
        TakeAsync);

    private static async Task<string> TakeAsync(byte[] bytes)
    {
        using var wire = new Wire(bytes);
        var opened = 0;
        await using var connection = new SpdyConnection(wire, _ => opened++);
        try
        {
            await connection.RunAsync(default);
            return $"{opened} streams, {wire.Written / 8} words answered";
        }
        catch (SpdyException broken)
        {
            return $"{opened} streams, {Ending.Of(broken.Message)}";
        }
    }

    private static byte[] Syn(byte id, byte[] headers) => Control(1, [0, 0, 0, id, 0, 0, 0, 0, 0, 0, .. headers]);

    private static byte[] Data(byte id, byte flags, string text) => [0, 0, 0, id, flags, 0, 0, (byte)text.Length, .. System.Text.Encoding.ASCII.GetBytes(text)];

    private static byte[] Control(byte type, byte[] payload)
    {
        var frame = new byte[8 + payload.Length];
        (frame[0], frame[1], frame[3]) = (0x80, 3, type);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(4), payload.Length);
        payload.CopyTo(frame, 8);
        return frame;
    }

    /// <summary>Gives what a client sent, and counts what it is answered.</summary>
    private sealed class Wire(byte[] sent) : MemoryStream(sent, writable: false)
    {
        public long Written { get; private set; }

        public override bool CanWrite => true;

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Written += buffer.Length;
            return ValueTask.CompletedTask;
        }
    }
}
