using Grainhouse.Interfaces.Agents;
using Grpc.Core;

namespace Grainhouse.HostAgent.Streams;

/// <summary>Hears what comes through a tunnel, from its first frame to its end: a read that were given up would give up the whole call.</summary>
internal sealed class TunnelInput : IDisposable
{
    private readonly CancellationTokenSource left = new();
    private readonly CancellationTokenSource over = new();
    private Func<TunnelFrame, CancellationToken, ValueTask>? taker;

    /// <summary>Ends when the gateway has ended the tunnel: nobody is left to be sent anything.</summary>
    public CancellationToken Left => left.Token;

    /// <summary>Has frames taken; the next one is read when the one before is taken. Those that come before are dropped.</summary>
    public void PassTo(Func<TunnelFrame, CancellationToken, ValueTask> take) => Volatile.Write(ref taker, take);

    /// <summary>Drops all that still comes.</summary>
    public void Drop() => over.Cancel();

    /// <summary>Reads until the end.</summary>
    public async Task RunAsync(IAsyncStreamReader<TunnelFrame> frames, CancellationToken cancellationToken)
    {
        try
        {
            while (await frames.MoveNext(cancellationToken))
            {
                if (!over.IsCancellationRequested && Volatile.Read(ref taker) is { } take)
                {
                    await TakeAsync(take, frames.Current);
                }
            }
        }
        catch (RpcException)
        {
            // The tunnel's end is the message.
        }
        finally
        {
            await left.CancelAsync();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        left.Dispose();
        over.Dispose();
    }

    private async ValueTask TakeAsync(Func<TunnelFrame, CancellationToken, ValueTask> take, TunnelFrame frame)
    {
        try
        {
            await take(frame, over.Token);
        }
        catch (IOException)
        {
            // It takes no more; what it says itself still counts.
        }
        catch (OperationCanceledException) when (over.IsCancellationRequested)
        {
            // Nobody needs it any more.
        }
    }
}
