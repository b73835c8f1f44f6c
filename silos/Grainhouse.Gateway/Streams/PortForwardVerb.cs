using System.Globalization;
using System.Net.WebSockets;
using Grainhouse.Gateway.Agents;
using Grainhouse.Gateway.Objects;
using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Responses;
using Grainhouse.Gateway.Streams.Ports;
using Grainhouse.Gateway.Streams.WebSockets;
using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace Grainhouse.Gateway.Streams;

/// <summary>GET (WebSocket) and POST (SPDY) of <c>pods/NAME/portforward</c>: connections to the pod's ports.</summary>
internal sealed class PortForwardVerb(ObjectGrains objects, TunnelOpener tunnels, IHostApplicationLifetime lifetime)
{
    private const string Spdy = "portforward.k8s.io";

    /// <summary>SPDY frames in binary messages.</summary>
    private const string Tunnelled = "SPDY/3.1+portforward.k8s.io";

    /// <summary>A channel's number is one byte, and a port has two channels.</summary>
    private const int MostPorts = 127;

    /// <summary>Forwards until the client leaves.</summary>
    public async Task ConnectAsync(ResourceRequest request)
    {
        var http = request.Http;
        if (await objects.Get(request.Key).GetAsync() is not { } pod)
        {
            await Answer.FailureAsync(http, ApiStatus.NotFound(request.Resource, request.Name));
            return;
        }

        var (target, error) = StreamTarget.Find(pod);
        if (target is null)
        {
            await Answer.FailureAsync(http, error!);
            return;
        }

        using var end = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted, lifetime.ApplicationStopping);
        var dialer = new PortDialer(tunnels, target);
        try
        {
            await ServeAsync(http, dialer, end.Token);
        }
        catch (Exception left) when (left is IOException or WebSocketException or OperationCanceledException)
        {
            // The client left, or the gateway stops: the agent ends the connections that nobody uses.
        }
    }

    private static async Task ServeAsync(HttpContext http, PortDialer dialer, CancellationToken cancellationToken)
    {
        if (StreamUpgrade.IsWebSocket(http))
        {
            await (http.WebSockets.WebSocketRequestedProtocols.Contains(Tunnelled)
                ? ServeTunnelledAsync(http, dialer, cancellationToken)
                : ServeChannelsAsync(http, dialer, cancellationToken));
        }
        else if (StreamUpgrade.IsSpdy(http))
        {
            var chosen = StreamUpgrade.ChooseSpdy(http, [Spdy], unnamed: Spdy);
            await using var transport = await StreamUpgrade.ToSpdyAsync(http, chosen);
            await new SpdyPorts(dialer).RunAsync(transport, cancellationToken);
        }
        else
        {
            throw StreamUpgrade.Required;
        }
    }

    private static async Task ServeTunnelledAsync(HttpContext http, PortDialer dialer, CancellationToken cancellationToken)
    {
        using var socket = await SpdyTunnel.AcceptAsync(http, Tunnelled);
        await using var transport = WebSocketStream.Create(socket, WebSocketMessageType.Binary);
        await new SpdyPorts(dialer).RunAsync(transport, cancellationToken);
    }

    private static async Task ServeChannelsAsync(HttpContext http, PortDialer dialer, CancellationToken cancellationToken)
    {
        var ports = Ports(http.Request);
        var protocol = StreamUpgrade.ChooseChannels(http, ChannelProtocol.ForPorts);
        using var socket = new ChannelSocket(await StreamUpgrade.ToWebSocketAsync(http, protocol.Name), protocol);
        await new ChannelPorts(dialer, socket, ports).RunAsync(cancellationToken);
    }

    // Repeated, or in one parameter with commas between them; the kubelet's own name for it is "port".
    private static ushort[] Ports(HttpRequest request)
    {
        var ports = request.Query["ports"].Concat(request.Query["port"])
            .SelectMany(static value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(static text => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
                ? port
                : throw Refusals.BadRequest($"unable to parse \"{text}\" as a port"))
            .ToArray();
        return ports.Length is > 0 and <= MostPorts ? ports : throw Refusals.BadRequest($"query parameter \"ports\" is required, with 1 to {MostPorts} ports");
    }
}
