using Grainhouse.Client.Connections;

namespace Grainhouse.Client;

/// <summary>What a process reads.</summary>
/// <param name="connection">The way to it.</param>
/// <param name="canEnd">Whether its end can be said.</param>
internal sealed class CommandInput(ChannelConnection connection, bool canEnd) : AsyncStream
{
    private const int Channel = 0;
    private const int CloseSignal = 255;

    private bool isOver;

    public override bool CanRead => false;

    public override bool CanWrite => !isOver;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(isOver, this);
        if (!buffer.IsEmpty)
        {
            await connection.SendAsync(Channel, buffer, cancellationToken);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (!isOver)
        {
            isOver = true;
            if (canEnd)
            {
                await connection.SendAsync(CloseSignal, new byte[] { Channel }, CancellationToken.None);
            }
        }

        await base.DisposeAsync();
    }
}
