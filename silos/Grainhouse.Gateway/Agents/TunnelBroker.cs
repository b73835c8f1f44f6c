using System.Collections.Concurrent;
using System.Security.Cryptography;
using Grainhouse.Interfaces.Agents;
using Grpc.Core;

namespace Grainhouse.Gateway.Agents;

/// <summary>Brings together those who asked for a tunnel and the agents that open it.</summary>
internal sealed class TunnelBroker
{
    private readonly ConcurrentDictionary<string, PendingTunnel> pending = new(StringComparer.Ordinal);

    /// <summary>Announces a tunnel that only this node's agent may open. Dispose it to take the announcement back and end the tunnel.</summary>
    public PendingTunnel Announce(string node)
    {
        var tunnel = new PendingTunnel(this, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), node);
        pending[tunnel.Id] = tunnel;
        return tunnel;
    }

    /// <summary>Takes an announced tunnel, once; null if nobody waits for it, or not for this node.</summary>
    public PendingTunnel? Take(string id, string node) =>
        pending.TryGetValue(id, out var tunnel) && tunnel.Node == node && pending.TryRemove(id, out _) ? tunnel : null;

    /// <summary>Takes an announcement back.</summary>
    internal void Forget(string id) => pending.TryRemove(id, out _);
}

/// <summary>A tunnel that somebody waits for.</summary>
internal sealed class PendingTunnel(TunnelBroker broker, string id, string node) : IDisposable
{
    private readonly TaskCompletionSource<Tunnel> opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Names the tunnel; hard to guess.</summary>
    public string Id => id;

    /// <summary>The node whose agent opens it.</summary>
    public string Node => node;

    /// <summary>The tunnel, its first frame current, once the agent has opened it.</summary>
    public Task<Tunnel> Opened => opened.Task;

    /// <summary>Hands over the agent's call and waits until nobody wants more of it.</summary>
    public async Task ServeAsync(IAsyncStreamReader<TunnelFrame> frames, IServerStreamWriter<TunnelFrame> writer, CancellationToken cancellationToken)
    {
        opened.TrySetResult(new Tunnel(this, frames, writer));
        await ended.Task.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        broker.Forget(id);
        ended.TrySetResult();
    }
}

/// <summary>An open tunnel. Dispose it to end it.</summary>
/// <param name="Pending">What it was announced as.</param>
/// <param name="Frames">The agent's frames.</param>
/// <param name="Writer">Takes frames to the agent: one write at a time, which ends when the agent has room for it.</param>
internal sealed record Tunnel(PendingTunnel Pending, IAsyncStreamReader<TunnelFrame> Frames, IServerStreamWriter<TunnelFrame> Writer) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => Pending.Dispose();
}
