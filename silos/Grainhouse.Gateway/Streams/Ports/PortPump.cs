using Google.Protobuf;
using Grainhouse.Gateway.Agents;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.Gateway.Streams.Ports;

/// <summary>A client's end of one forwarded connection.</summary>
internal interface IPortClient
{
    /// <summary>What the client sends; empty at its end. Valid until the next is read.</summary>
    ValueTask<ReadOnlyMemory<byte>> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Gives it bytes; returns when the connection has taken them.</summary>
    ValueTask WriteAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken);

    /// <summary>Says that the pod sends nothing more.</summary>
    ValueTask EndAsync(CancellationToken cancellationToken);
}

/// <summary>Passes bytes between a client and a port of a pod, each way until that way's end.</summary>
internal static class PortPump
{
    private const uint Bytes = 1;

    /// <summary>Runs until the pod sends nothing more.</summary>
    /// <returns>Why the connection broke; empty for a good end.</returns>
    /// <exception cref="IOException">The client has gone.</exception>
    public static async Task<string> RunAsync(IPortClient client, Tunnel tunnel, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sending = SendAsync(client, tunnel, over);
        try
        {
            return await ReceiveAsync(client, tunnel, over.Token);
        }
        finally
        {
            await over.CancelAsync();
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static async Task SendAsync(IPortClient client, Tunnel tunnel, CancellationTokenSource over)
    {
        try
        {
            while (await client.ReadAsync(over.Token) is { IsEmpty: false } data)
            {
                await tunnel.Writer.WriteAsync(new TunnelFrame { Channel = Bytes, Data = UnsafeByteOperations.UnsafeWrap(data) }, over.Token);
            }

            await tunnel.Writer.WriteAsync(new TunnelFrame { End = true }, over.Token);
        }
        catch (Exception lost) when (StreamTunnel.IsLost(lost))
        {
            // Nobody is left at one of the ends: the other one is told by the end of the tunnel.
            await over.CancelAsync();
        }
    }

    private static async Task<string> ReceiveAsync(IPortClient client, Tunnel tunnel, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (!await tunnel.Frames.MoveNext(cancellationToken))
                {
                    return "the node's agent went away";
                }
            }
            catch (Exception lost) when (StreamTunnel.IsLost(lost) && !cancellationToken.IsCancellationRequested)
            {
                return $"the node's agent went away: {lost.Message}";
            }

            var frame = tunnel.Frames.Current;
            if (frame.Error.Length > 0)
            {
                return frame.Error;
            }

            if (!frame.Data.IsEmpty)
            {
                await client.WriteAsync(frame.Data.Memory, cancellationToken);
            }

            if (frame.End)
            {
                await client.EndAsync(cancellationToken);
                return "";
            }
        }
    }
}
