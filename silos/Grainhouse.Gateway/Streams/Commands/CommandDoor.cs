using Grainhouse.Gateway.Agents;
using Grainhouse.Gateway.Objects;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Gateway.Streams.Spdy;
using Grainhouse.Gateway.Streams.WebSockets;
using Grainhouse.Interfaces.Agents;
using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Grainhouse.Gateway.Streams.Commands;

/// <summary>Connects a client with a process, by the protocol that the client asks for.</summary>
internal sealed class CommandDoor(ObjectGrains objects, TunnelOpener tunnels, TimeProvider time, IHostApplicationLifetime lifetime)
{
    /// <summary>How long a SPDY client may take to open its streams, as in the kubelet.</summary>
    private static readonly TimeSpan StreamsTimeout = TimeSpan.FromSeconds(30);

    private static readonly string[] SpdyProtocols = ["v4.channel.k8s.io", "v3.channel.k8s.io", "v2.channel.k8s.io", "channel.k8s.io"];

    /// <summary>Answers a request: with 101 once the process is there, else with why it is not.</summary>
    /// <param name="request">The request.</param>
    /// <param name="ask">What the agent is asked, given the streams that the client wants.</param>
    public async Task ConnectAsync(ResourceRequest request, Func<Interfaces.Agents.Streams, TunnelRequest> ask)
    {
        var http = request.Http;
        var query = CommandQuery.Read(http.Request);
        var asked = ask(query.Streams);
        if (await objects.Get(request.Key).GetAsync() is not { } pod)
        {
            await Answer.FailureAsync(http, ApiStatus.NotFound(request.Resource, request.Name));
            return;
        }

        var (target, error) = StreamTarget.Find(pod, query.Container);
        if (target is null)
        {
            await Answer.FailureAsync(http, error!);
            return;
        }

        // Before anything runs: a client that cannot be spoken with should start nothing.
        var upgrade = Negotiate(http);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, lifetime.ApplicationStopping);
        var (tunnel, refusal) = await StreamTunnel.OpenAsync(tunnels, target, asked, end.Token);
        if (tunnel is null)
        {
            await Answer.FailureAsync(http, refusal!);
            return;
        }

        using (tunnel)
        {
            await TalkAsync(upgrade, query.Streams, tunnel, end.Token);
        }
    }

    private async Task TalkAsync(
        Func<Interfaces.Agents.Streams, CancellationToken, Task<ICommandClient>> upgrade, Interfaces.Agents.Streams streams, Tunnel tunnel, CancellationToken cancellationToken)
    {
        try
        {
            await using var client = await upgrade(streams, cancellationToken);
            await CommandSession.RunAsync(client, tunnel, time, cancellationToken);
        }
        catch (Exception left) when (left is IOException or TimeoutException or OperationCanceledException)
        {
            // The client left, or the gateway stops: the agent ends what nobody listens to.
        }
    }

    private Func<Interfaces.Agents.Streams, CancellationToken, Task<ICommandClient>> Negotiate(HttpContext http)
    {
        if (http.Features.Get<IInnerCommand>() is { } inner)
        {
            return (_, _) => inner.BeginAsync();
        }

        if (StreamUpgrade.IsWebSocket(http))
        {
            var protocol = StreamUpgrade.ChooseChannels(http, ChannelProtocol.ForCommands);
            return async (streams, cancellationToken) =>
            {
                var client = new WebSocketCommandClient(new ChannelSocket(await StreamUpgrade.ToWebSocketAsync(http, protocol.Name), protocol), protocol);
                await client.GreetAsync(streams, cancellationToken);
                return client;
            };
        }

        if (StreamUpgrade.IsSpdy(http))
        {
            // Clients that name no protocol are of Kubernetes 1.0, and speak the first one.
            var chosen = StreamUpgrade.ChooseSpdy(http, SpdyProtocols, unnamed: "");
            var version = chosen.Length > 1 && chosen[0] == 'v' ? chosen[1] - '0' : 1;
            return async (streams, cancellationToken) =>
            {
                var client = new SpdyCommandClient(await StreamUpgrade.ToSpdyAsync(http, chosen), version);
                try
                {
                    await client.StartAsync(streams, cancellationToken).WaitAsync(StreamsTimeout, time, cancellationToken);
                    return client;
                }
                catch
                {
                    await client.DisposeAsync();
                    throw;
                }
            };
        }

        throw StreamUpgrade.Required;
    }
}
