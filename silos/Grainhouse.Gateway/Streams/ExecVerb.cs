using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Streams.Commands;
using Grainhouse.Interfaces.Agents;

namespace Grainhouse.Gateway.Streams;

/// <summary>GET (WebSocket) and POST (SPDY) of <c>pods/NAME/exec</c>: a command beside a running container.</summary>
internal sealed class ExecVerb(CommandDoor door)
{
    /// <summary>Runs the command; returns when it has ended or the client has left.</summary>
    public Task ConnectAsync(ResourceRequest request)
    {
        var words = request.Http.Request.Query["command"];
        if (words.Count == 0 || string.IsNullOrEmpty(words[0]))
        {
            throw Refusals.BadRequest("you must specify at least one command for the container");
        }

        return door.ConnectAsync(request, streams =>
        {
            var exec = new ExecRequest { Streams = streams };
            exec.Command.Add(words.Select(static word => word ?? ""));
            return new TunnelRequest { Exec = exec };
        });
    }
}
