using Grainhouse.Gateway.Requests;
using Grainhouse.Gateway.Streams.WebSockets;
using Grainhouse.Interfaces.Objects;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grainhouse.Gateway.Streams;

/// <summary>How a client wants to leave HTTP behind.</summary>
internal static class StreamUpgrade
{
    /// <summary>Where SPDY clients name the protocols that they speak inside, and are told the one that is spoken.</summary>
    public const string VersionHeader = "X-Stream-Protocol-Version";

    private const string AcceptedHeader = "X-Accepted-Stream-Protocol-Versions";
    private const string Spdy = "SPDY/3.1";

    /// <summary>How often a quiet WebSocket says something, lest a proxy take it for dead. No answer is waited for: a client may be slow.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(30);

    /// <summary>Whether the request asks for a WebSocket.</summary>
    public static bool IsWebSocket(HttpContext http) => http.WebSockets.IsWebSocketRequest;

    /// <summary>Whether the request asks for SPDY.</summary>
    public static bool IsSpdy(HttpContext http) =>
        http.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        && http.Request.Headers.Upgrade.Any(value => string.Equals(value, Spdy, StringComparison.OrdinalIgnoreCase));

    /// <summary>400 for a request that asks for neither.</summary>
    public static RequestRefusedException Required => Refusals.BadRequest("Upgrade request required");

    /// <summary>Chooses among the protocols that a SPDY client names; the first of them that is spoken here, and <paramref name="unnamed"/> for a client that names none.</summary>
    /// <exception cref="RequestRefusedException">403: none of them.</exception>
    public static string ChooseSpdy(HttpContext http, IReadOnlyList<string> spoken, string unnamed)
    {
        var offered = http.Request.Headers[VersionHeader]
            .SelectMany(static value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .ToArray();
        if (offered.Length == 0)
        {
            return unnamed;
        }

        if (offered.FirstOrDefault(spoken.Contains) is { } chosen)
        {
            return chosen;
        }

        foreach (var name in spoken)
        {
            http.Response.Headers.Append(AcceptedHeader, name);
        }

        throw Unnegotiable(offered, spoken);
    }

    /// <summary>Chooses among the channel protocols that a WebSocket client offers.</summary>
    /// <exception cref="RequestRefusedException">403: none of them.</exception>
    public static ChannelProtocol ChooseChannels(HttpContext http, IReadOnlyList<ChannelProtocol> spoken) =>
        ChannelProtocol.Choose(spoken, http.WebSockets.WebSocketRequestedProtocols)
        ?? throw Unnegotiable(http.WebSockets.WebSocketRequestedProtocols, spoken.Select(static protocol => protocol.Name).Where(static name => name.Length > 0));

    /// <summary>Switches to SPDY (101).</summary>
    public static Task<Stream> ToSpdyAsync(HttpContext http, string chosen)
    {
        var headers = http.Response.Headers;
        headers.Upgrade = Spdy;
        if (chosen.Length > 0)
        {
            headers[VersionHeader] = chosen;
        }

        return http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    /// <summary>Switches to a WebSocket (101).</summary>
    public static Task<System.Net.WebSockets.WebSocket> ToWebSocketAsync(HttpContext http, string chosen) =>
        http.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext { SubProtocol = chosen.Length > 0 ? chosen : null, KeepAliveInterval = KeepAlive });

    private static RequestRefusedException Unnegotiable(IEnumerable<string> offered, IEnumerable<string> spoken) => new(new ApiStatus(
        403, "Forbidden", $"unable to upgrade: unable to negotiate protocol: client supports [{string.Join(' ', offered)}], server accepts [{string.Join(' ', spoken)}]"));
}
