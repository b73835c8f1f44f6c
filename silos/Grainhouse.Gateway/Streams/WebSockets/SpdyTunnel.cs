using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Grainhouse.Gateway.Streams.WebSockets;

/// <summary>WebSockets whose sub-protocol has a slash in its name, as kubectl's <c>SPDY/3.1+portforward.k8s.io</c>.</summary>
/// <remarks>RFC 6455 allows no such name, and ASP.NET holds to that; so this handshake is made here. What it checks of the request it has checked before.</remarks>
internal static class SpdyTunnel
{
    // RFC 6455, section 1.3.
    private const string HandshakeId = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    /// <summary>Switches to a WebSocket (101).</summary>
    public static async Task<WebSocket> AcceptAsync(HttpContext http, string protocol)
    {
        var headers = http.Response.Headers;
        headers.Upgrade = "websocket";
        headers.SecWebSocketAccept = Sign(http.Request.Headers.SecWebSocketKey.ToString());
        headers.SecWebSocketProtocol = protocol;
        var stream = await http.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        return WebSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = true, KeepAliveInterval = StreamUpgrade.KeepAlive });
    }

    // The handshake's own hash: it protects nothing.
#pragma warning disable CA5350
    private static string Sign(string key) => Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + HandshakeId)));
#pragma warning restore CA5350
}
