using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Grpc.Net.Client;

namespace Grainhouse.HostAgent.Cluster;

/// <summary>Opens channels to gateways.</summary>
internal static class GatewayDialer
{
    /// <summary>A channel over TLS, with a client certificate if there is one.</summary>
    /// <param name="gateway">Where the gateway listens.</param>
    /// <param name="isTrusted">Judges the gateway's certificate.</param>
    /// <param name="certificate">The agent's certificate; null before it has joined.</param>
    public static GrpcChannel Dial(Uri gateway, RemoteCertificateValidationCallback isTrusted, X509Certificate2? certificate)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            EnableMultipleHttp2Connections = true,
            ConnectTimeout = TimeSpan.FromSeconds(5),

            // A gateway that was frozen or cut off is noticed within 10 s, though its connection stays open.
            KeepAlivePingDelay = TimeSpan.FromSeconds(5),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(5),
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(10),
            SslOptions = { RemoteCertificateValidationCallback = isTrusted },
        };
        if (certificate is not null)
        {
            handler.SslOptions.ClientCertificates = [certificate];

            // The platform would otherwise send the certificate only if the server names its issuer.
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
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
