using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Grainhouse.Client.Connections;

namespace Grainhouse.Client;

/// <summary>One connection to a pod's port.</summary>
/// <param name="connection">The way to it: channel 0 has the data, channel 1 what went wrong.</param>
internal sealed class PortStream(ChannelConnection connection) : AsyncStream
{
    /// <summary>How many channels a port has.</summary>
    public const int Channels = 2;

    private const int Data = 0;
    private const int Errors = 1;
    private const int PortBytes = 2;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    /// <summary>Reads what each channel begins with: its port.</summary>
    /// <exception cref="IOException">The connection was lost before.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var channel in new[] { Data, Errors })
        {
            var reader = connection.Reader(channel);
            var read = await reader.ReadAtLeastAsync(PortBytes, cancellationToken);
            if (read.Buffer.Length < PortBytes)
            {
                throw new IOException("The connection ended before it was one.");
            }

            reader.AdvanceTo(read.Buffer.GetPosition(PortBytes));
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var reader = connection.Reader(Data);
        var read = await reader.ReadAsync(cancellationToken);
        var taken = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, buffer.Length));
        taken.CopyTo(buffer.Span);
        reader.AdvanceTo(taken.End);
        if (taken.IsEmpty && read.IsCompleted)
        {
            await CheckAsync(cancellationToken);
        }

        return (int)taken.Length;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        buffer.IsEmpty ? ValueTask.CompletedTask : connection.SendAsync(Data, buffer, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        await base.DisposeAsync();
    }

    private async ValueTask CheckAsync(CancellationToken cancellationToken)
    {
        var reader = connection.Reader(Errors);
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken);
            if (read.IsCompleted)
            {
                var words = Encoding.UTF8.GetString(read.Buffer);
                reader.AdvanceTo(read.Buffer.Start);
                if (words.Length > 0)
                {
                    throw new IOException(words);
                }

                return;
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
