using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Streams.Commands;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.Gateway.Streams;

/// <summary>GET (WebSocket) and POST (SPDY) of <c>pods/NAME/attach</c>: the running container's own process.</summary>
internal sealed class AttachVerb(CommandDoor door)
{
    /// <summary>Attaches; returns when the container has ended or the client has left.</summary>
    public Task ConnectAsync(ResourceRequest request) =>
        door.ConnectAsync(request, static streams => new TunnelRequest { Attach = new AttachRequest { Streams = streams } });
}
