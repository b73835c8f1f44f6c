using Grainhouse.Gateway.Requests;

namespace Grainhouse.Gateway.Proxy;

/// <summary>What a proxied path names: <c>NAME</c>, <c>NAME:PORT</c> or <c>SCHEME:NAME:PORT</c>, as upstream's SplitSchemeNamePort reads it.</summary>
/// <param name="IsSecure">Whether the server is spoken to by TLS.</param>
/// <param name="Name">The object.</param>
/// <param name="Port">A number, or a service port's name; empty for the usual one.</param>
internal readonly record struct ProxyName(bool IsSecure, string Name, string Port)
{
    /// <summary>Reads one.</summary>
    /// <exception cref="RequestRefusedException">400: it is none of the three.</exception>
    public static ProxyName Parse(string text, string kind)
    {
        var parts = text.Split(':');
        return parts switch
        {
            [{ Length: > 0 } name] => new(false, name, ""),
            [{ Length: > 0 } name, { Length: > 0 } port] => new(false, name, port),
            ["http" or "https" or "", { Length: > 0 } name, var port] => new(parts[0] == "https", name, port),
            _ => throw Refusals.BadRequest($"invalid {kind} request \"{text}\""),
        };
    }
}
