using System.IO.Pipelines;
using System.Net.WebSockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Grainhouse.Gateway.Streams.Commands;
using Grainhouse.Gateway.Streams.WebSockets;

namespace Grainhouse.Gateway.Tests.Streams;

/// <summary>Channels in WebSocket messages.</summary>
public sealed class ChannelSocketTests
{
    private static readonly ChannelProtocol Binary = ChannelProtocol.ForCommands.Single(protocol => protocol.Name == "v5.channel.k8s.io");
    private static readonly ChannelProtocol Base64 = ChannelProtocol.ForCommands.Single(protocol => protocol.Name == "v4.base64.channel.k8s.io");

    [Theory]
    [InlineData("v5.channel.k8s.io,v4.channel.k8s.io", "v5.channel.k8s.io")]
    [InlineData("v4.channel.k8s.io,v5.channel.k8s.io", "v4.channel.k8s.io")]
    [InlineData("unknown,channel.k8s.io", "channel.k8s.io")]
    [InlineData("", "")]
    [InlineData("unknown", null)]
    public void Choose_FirstOfTheClients_ThatIsSpoken(string offered, string? expected) =>
        Assert.Equal(expected, ChannelProtocol.Choose(ChannelProtocol.ForCommands, offered.Split(',', StringSplitOptions.RemoveEmptyEntries))?.Name);

    [Fact]
    public void Read_AnyMessagesInAnyFragments_ComeAsTheyWereSent() => Prop.ForAll<NonEmptyArray<byte[]>>(parts => ReadBackAsync(parts.Get)).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Base64_BothWays()
    {
        var (client, server) = Pair();
        using var socket = new ChannelSocket(server, Base64);

        await client.SendAsync(Encoding.ASCII.GetBytes("0" + Convert.ToBase64String("in"u8)), WebSocketMessageType.Text, true, default);
        var part = (await socket.ReadAsync(default))!.Value;
        await socket.SendAsync(1, "out"u8.ToArray(), default);
        var buffer = new byte[64];
        var got = await client.ReceiveAsync(buffer.AsMemory(), default);

        Assert.Equal((0, "in"), (part.Channel, Encoding.ASCII.GetString(part.Data.Span)));
        Assert.Equal((WebSocketMessageType.Text, "1" + Convert.ToBase64String("out"u8)), (got.MessageType, Encoding.ASCII.GetString(buffer, 0, got.Count)));
    }

    [Theory]
    [InlineData("x!")]
    [InlineData("0$$$$")]
    public async Task Base64_Garbage_IsRefused(string message)
    {
        var (client, server) = Pair();
        using var socket = new ChannelSocket(server, Base64);

        await client.SendAsync(Encoding.ASCII.GetBytes(message), WebSocketMessageType.Text, true, default);

        await Assert.ThrowsAsync<WebSocketException>(async () => await socket.ReadAsync(default));
    }

    [Fact]
    public async Task Base64_MessageWithoutAnEnd_IsRefusedAtItsBound()
    {
        var (client, server) = Pair();
        using var socket = new ChannelSocket(server, Base64);
        using var enough = new CancellationTokenSource();
        var sending = SendForeverAsync(client, enough.Token);

        await Assert.ThrowsAsync<WebSocketException>(async () => await socket.ReadAsync(default));

        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
    }

    [Theory]
    [InlineData("""{"Width":80,"Height":24}""", 80, 24)]
    [InlineData("""{"height":24,"width":80}{"Wid""", 80, 24)]
    public void Size_AsClientsSendIt_IsRead(string text, uint width, uint height)
    {
        var size = TerminalSizes.Parse(Encoding.UTF8.GetBytes(text), out var read);

        Assert.Equal((width, height), (size!.Width, size.Height));
        Assert.Equal(text.IndexOf('}', StringComparison.Ordinal) + 1, read);
    }

    [Theory]
    [InlineData("""{"Width":80""")]
    [InlineData("""{"Width":-1,"Height":70000}""")]
    [InlineData("[]")]
    [InlineData("nonsense")]
    public void Size_ThatIsNone_IsNotListenedTo(string text) => Assert.Null(TerminalSizes.Parse(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    public void Size_AnyBytes_AreReadWithinTheirLength() =>
        Prop.ForAll<byte[]>(bytes =>
        {
            TerminalSizes.Parse(bytes, out var read);
            Assert.InRange(read, 0, bytes.Length);
        }).QuickCheckThrowOnFailure();

    private static async Task ReadBackAsync(byte[][] messages)
    {
        var (client, server) = Pair();
        using var socket = new ChannelSocket(server, Binary);
        var sending = Task.Run(async () =>
        {
            foreach (var (index, message) in messages.Index())
            {
                var half = message.Length / 2;
                await client.SendAsync(new byte[] { (byte)index }, WebSocketMessageType.Binary, false, default);
                await client.SendAsync(message.AsMemory(0, half), WebSocketMessageType.Binary, false, default);
                await client.SendAsync(message.AsMemory(half), WebSocketMessageType.Binary, true, default);
            }

            await client.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", default);
        });
        foreach (var (index, message) in messages.Index())
        {
            List<byte> got = [];
            ChannelPart part;
            do
            {
                part = (await socket.ReadAsync(default))!.Value;
                Assert.Equal((byte)index, part.Channel);
                got.AddRange(part.Data.Span);
            }
            while (!part.IsLast);
            Assert.Equal(message, got);
        }

        Assert.Null(await socket.ReadAsync(default));
        await sending;
    }

    private static async Task SendForeverAsync(WebSocket client, CancellationToken enough)
    {
        var part = Encoding.ASCII.GetBytes(new string('A', 16 * 1024));
        while (true)
        {
            await client.SendAsync(part, WebSocketMessageType.Text, false, enough);
        }
    }

    private static (WebSocket Client, WebSocket Server) Pair()
    {
        var (up, down) = (new Pipe(), new Pipe());
        return (
            WebSocket.CreateFromStream(new Duplex(down.Reader.AsStream(), up.Writer.AsStream()), new WebSocketCreationOptions()),
            WebSocket.CreateFromStream(new Duplex(up.Reader.AsStream(), down.Writer.AsStream()), new WebSocketCreationOptions { IsServer = true }));
    }

    private sealed class Duplex(Stream input, Stream output) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => input.ReadAsync(buffer, cancellationToken);

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await output.WriteAsync(buffer, cancellationToken);
            await output.FlushAsync(cancellationToken);
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override void Flush() => output.Flush();

        public override int Read(byte[] buffer, int offset, int count) => input.Read(buffer, offset, count);

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => output.Write(buffer, offset, count);
    }
}
