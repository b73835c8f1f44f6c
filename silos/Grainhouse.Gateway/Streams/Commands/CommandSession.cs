using Google.Protobuf;
using Grainhouse.Gateway.Agents;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;

namespace Grainhouse.Gateway.Streams.Commands;

/// <summary>Lets a client and a process talk until one of them ends it.</summary>
/// <remarks>Nothing is kept between them: each direction reads only when what it read before has been taken.</remarks>
internal static class CommandSession
{
    private const uint Stdin = 0;

    /// <summary>How long a client may take to say goodbye once it knows how its command ended; what it still sends must not reset the connection before.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(5);

    /// <summary>Runs the session; returns when both have ended it.</summary>
    /// <exception cref="IOException">The client left without a word.</exception>
    public static async Task RunAsync(ICommandClient client, Tunnel tunnel, TimeProvider time, CancellationToken cancellationToken)
    {
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var ended = new CancellationTokenSource();
        var listening = ListenAsync(client, tunnel.Writer, leaving, ended.Token);
        try
        {
            var end = await ShowAsync(client, tunnel.Frames, leaving.Token);
            await ended.CancelAsync();
            await client.FinishAsync(end, leaving.Token);
            await listening.WaitAsync(Farewell, time, leaving.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            await leaving.CancelAsync();
            await listening.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Passes on what the client says, until it leaves: then nobody is there to be shown anything.</summary>
    private static async Task ListenAsync(ICommandClient client, IServerStreamWriter<TunnelFrame> process, CancellationTokenSource leaving, CancellationToken ended)
    {
        try
        {
            while (await client.ReadAsync(leaving.Token) is { } word)
            {
                // What comes for a process that has ended is read, so that the client sees the end, and dropped.
                if (!ended.IsCancellationRequested)
                {
                    await PassAsync(process, word, ended);
                }
            }
        }
        finally
        {
            await leaving.CancelAsync();
        }
    }

    private static async Task PassAsync(IServerStreamWriter<TunnelFrame> process, ClientWord word, CancellationToken ended)
    {
        var frame = word switch
        {
            { Size: { } size } => new TunnelFrame { Size = size },
            { IsEnd: true } => new TunnelFrame { End = true },
            _ => new TunnelFrame { Channel = Stdin, Data = UnsafeByteOperations.UnsafeWrap(word.Input) },
        };
        try
        {
            await process.WriteAsync(frame, ended);
        }
        catch (Exception lost) when (StreamTunnel.IsLost(lost))
        {
            // The process or its agent is gone: the other direction learns how it ended.
        }
    }

    private static async Task<CommandEnd> ShowAsync(ICommandClient client, IAsyncStreamReader<TunnelFrame> frames, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (!await frames.MoveNext(cancellationToken))
                {
                    return CommandEnd.Broken("the node's agent went away");
                }
            }
            catch (Exception lost) when (StreamTunnel.IsLost(lost) && !cancellationToken.IsCancellationRequested)
            {
                return CommandEnd.Broken($"the node's agent went away: {lost.Message}");
            }

            var frame = frames.Current;
            if (frame.Exit is { } exit)
            {
                return CommandEnd.Exited(exit.Code);
            }

            if (frame.Error.Length > 0)
            {
                return CommandEnd.Broken(frame.Error);
            }

            if (!frame.Data.IsEmpty)
            {
                await client.WriteAsync((OutputChannel)frame.Channel, frame.Data.Memory, cancellationToken);
            }
        }
    }
}
