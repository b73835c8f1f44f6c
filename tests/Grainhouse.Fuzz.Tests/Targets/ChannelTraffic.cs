using System.Net.WebSockets;
using Grainhouse.Gateway.Streams.Commands;
using Grainhouse.Gateway.Streams.WebSockets;
using Grainhouse.Testing.Fuzzing;

namespace Grainhouse.Fuzz.Tests.Targets;

/// <summary>All that a WebSocket client of exec or attach may send after its upgrade: frames, channels, terminal sizes.</summary>
internal static class ChannelTraffic
{
    private static readonly ChannelProtocol[] Protocols = [.. ChannelProtocol.ForCommands];

    // The first byte chooses the protocol.
    public static FuzzTarget Target { get; } = new(
        [
            .. Enumerable.Range(0, Protocols.Length).SelectMany(protocol => new byte[][]
            {
                [(byte)protocol, .. Frame(2, "\0input"u8), .. Frame(2, "\u0004{\"Width\":80,\"Height\":24}"u8), .. Frame(8, [3, 0xE8])],
                [(byte)protocol, .. Frame(1, "0aW5wdXQ="u8), .. Frame(9, "ping"u8), .. Frame(2, [255, 0]), .. Frame(8, [])],
            }),
        ],
        [Frame(2, "\0x"u8), Frame(0, "x"u8), Frame(1, "0eA=="u8), Frame(9, []), Frame(10, []), Frame(8, []), [0x82, 0xFE], [0x82, 0xFF, 0, 0, 0, 0], [0x02], [0x00], [0x80]],
        TakeAsync);

    private static async Task<string> TakeAsync(byte[] bytes)
    {
        if (bytes.Length == 0)
        {
            return "nothing";
        }

        using var wire = new Wire(bytes[1..]);
        using var socket = new ChannelSocket(WebSocket.CreateFromStream(wire, new WebSocketCreationOptions { IsServer = true }), Protocols[bytes[0] % Protocols.Length]);
        var parts = 0;
        try
        {
            while (await socket.ReadAsync(default) is { } part)
            {
                parts++;
                TerminalSizes.Parse(part.Data.Span, out var read);
                Assert.InRange(read, 0, part.Data.Length);
            }

            return $"closed after {parts}";
        }
        catch (WebSocketException broken)
        {
            return $"{broken.WebSocketErrorCode} after {parts}";
        }
    }

    private static byte[] Frame(int code, ReadOnlySpan<byte> payload) => [(byte)(0x80 | code), (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload];

    /// <summary>Gives what a client sent, and takes every answer.</summary>
    private sealed class Wire(byte[] sent) : MemoryStream(sent, writable: false)
    {
        public override bool CanWrite => true;

        public override void Write(byte[] buffer, int offset, int count)
        {
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.CompletedTask;
    }
}
