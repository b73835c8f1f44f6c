using System.Net.Security;
using Grainhouse.Gateway.Security;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Grainhouse.Gateway;

/// <summary>The one port: TLS, HTTP/1.1 and HTTP/2 by ALPN.</summary>
internal static class Listener
{
    /// <summary>Sets Kestrel up.</summary>
    public static void Configure(KestrelServerOptions kestrel, GatewayOptions options, ClusterAuthority authority)
    {
        kestrel.AddServerHeader = false;

        // The door reads bodies itself, and refuses long ones with a Status.
        kestrel.Limits.MaxRequestBodySize = null;

        // A watcher or a follower of a log may pause for as long as it likes: what waits for it is bounded by the connection's window.
        kestrel.Limits.MinResponseDataRate = null;

        // As kube-apiserver: one client multiplexes many watches.
        kestrel.Limits.Http2.MaxStreamsPerConnection = 250;

        // What a slow reader leaves unread fills its own stream's window; the connection's is wide enough for all of them at once, so
        // that no log or exec that stalls can hold up an agent's reports.
        kestrel.Limits.Http2.InitialStreamWindowSize = 256 * 1024;
        kestrel.Limits.Http2.InitialConnectionWindowSize = kestrel.Limits.Http2.MaxStreamsPerConnection * 256 * 1024;

        // A peer that vanished without a word is noticed within 20 s, so that its watches and agent streams end.
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(10);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(10);

        kestrel.Listen(options.ListenAddress, options.Port, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new TlsHandshakeCallbackOptions
            {
                OnConnection = _ => ValueTask.FromResult(new SslServerAuthenticationOptions
                {
                    // Asked anew for each connection, so that a renewed certificate serves at once.
                    ServerCertificateContext = authority.Server,
                    ClientCertificateRequired = true,
                    CertificateChainPolicy = authority.ClientChains(),

                    // Who shows no certificate, or one of strangers, is told 401 in HTTP instead of a broken handshake:
                    // Authenticator verifies the certificate before anyone is believed by it.
#pragma warning disable CA5359
                    RemoteCertificateValidationCallback = static (_, _, _, _) => true,
#pragma warning restore CA5359
                }),
            });
        });
    }
}
