using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Opens channels to gateways.</summary>
internal static class GatewayDialer
{
    /// <summary>A channel over TLS, with a client certificate if there is one.</summary>
    /// <param name="gateway">Where the gateway listens.</param>
    /// <param name="authority">Who must have issued the gateway's certificate; null: anyone, where nothing secret is said.</param>
    /// <param name="certificate">The agent's certificate; null before it has joined.</param>
    public static GrpcChannel Dial(Uri gateway, X509Certificate2? authority, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(5),

            // A gateway that was frozen or cut off is noticed within 5 s, though its connection stays open: by then the node's
            // lease has run out, and another gateway may be there.
            KeepAlivePingDelay = TimeSpan.FromSeconds(2),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(3),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10),
        };
        if (authority is not null)
        {
            handler.SslOptions.CertificateChainPolicy = GatewayTrust.By(authority);
        }
        else
        {
#pragma warning disable CA5359
            handler.SslOptions.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        if (certificate is not null)
        {
            // Given as a context the certificate is sent even if the server does not name its issuer, and its chain is not looked for.
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, additionalCertificates: null, offline: true);
        }

        return GrpcChannel.ForAddress(gateway, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = 256 * 1024 * 1024,
            MaxSendMessageSize = 256 * 1024 * 1024,
        });
    }
}
